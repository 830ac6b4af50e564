import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { ANY_BYTES, filesBelow, type TreeSource } from '@ekv/dump-tree';
import { DataError, ScratchFolder, UsageError } from '@ekv/snapshot';
import { output } from '@ekv/test-support/system-program';
import { tarMembers } from '@ekv/test-support/tar-file';
import { picture, plant, temporaryFolder } from '@ekv/test-support/temporary-folder';
import { beforeEach, describe, expect, test } from 'vitest';
import { archiveBytes, CONTENTS, DECODED, TREE_TIME } from '../archives-of-others.test-data.ts';
import type { WrittenKind } from '../compression/archive-sink.ts';
import { archiveSink } from '../compression/archive-sink.ts';
import { MANIFEST } from '../dump.test-data.ts';
import { paddingOf } from '../tar/tar-header.ts';
import { ARCHIVE_END, memberHead } from '../tar/tar-members.ts';
import { writeDecoded } from './decoded-archive.test-data.ts';
import { openArchiveTree } from './open-archive-tree.ts';

let folder: string;
let scratch: ScratchFolder;
beforeEach(() => {
  folder = temporaryFolder();
  mkdirSync(join(folder, 'scratch'));
  scratch = new ScratchFolder(join(folder, 'scratch'), 'own');
});

const FILES: Readonly<Record<string, string>> = {
  'redis/db_0/strings/a.bin': 'one',
  'redis/db_0/strings/a-b.bin': '',
  'redis/db_0/strings.x': 'beside a folder that sorts around it',
  'redis/long': 'x'.repeat(700_000),
  'sqs/q/messages.jsonl': 'm'.repeat(513),
  [`s3/b/${'deep/'.repeat(60)}\xe4 %2F`]: 'two',
};

/** An archive of {@link FILES} as a decode writes it. */
function write(name: string, kind: WrittenKind, manifest: 'first' | 'last' = 'first'): string {
  return writeDecoded({ path: join(folder, name), kind, scratch, files: FILES, manifest });
}

/** All that a tree holds. */
function contentsOf(tree: TreeSource): Record<string, string> {
  const files = [...tree.entries('')].flatMap(({ name, kind }) =>
    kind === 'folder' ? [...filesBelow(tree, name)].map(({ path }) => path) : [name],
  );
  return Object.fromEntries(files.sort().map((path) => [path, tree.read(path, ANY_BYTES).toString('latin1')]));
}

function read(path: string): Record<string, string> {
  const archive = openArchiveTree(path, { scratch });
  try {
    return contentsOf(archive.tree());
  } finally {
    archive.close();
  }
}

describe.each<WrittenKind>(['tar', 'tar.zst'])('%s', (kind) => {
  test('what is written is read, with MANIFEST.json first and CHECKSUMS last, of which sha256sum says the same', () => {
    const path = write(`a.${kind}`, kind);
    const found = read(path);
    expect(found).toEqual({ ...FILES, 'MANIFEST.json': MANIFEST, CHECKSUMS: found.CHECKSUMS });
    const { 'dynamodb/t/items/': items, ...members } = tarMembers(readFileSync(path));
    expect(items).toBe('');
    expect([Object.keys(members)[0], Object.keys(members).at(-1)]).toEqual(['MANIFEST.json', 'CHECKSUMS']);
    expect(members).toEqual(found);
    plant(
      join(folder, 'unpacked'),
      Object.fromEntries(Object.entries(members).map(([at, bytes]) => [at, Buffer.from(bytes, 'latin1')])),
    );
    output('sha256sum', ['--check', '--strict', '--quiet', 'CHECKSUMS'], join(folder, 'unpacked'));
  });

  test('equal trees give equal archives, also when the manifest is known only in the end', () => {
    const first = readFileSync(write('a', kind));
    expect(readFileSync(write('b', kind)).equals(first)).toBe(true);
    expect(readFileSync(write('c', kind, 'last')).equals(first)).toBe(true);
    expect(readdirSync(folder).sort()).toEqual(['a', 'b', 'c', 'scratch']);
    expect(readdirSync(join(folder, 'scratch'))).toEqual([]);
  });

  test('a file costs no file: nothing has a name while an archive is written or read but that of the archive', () => {
    const path = write('a', kind);
    const archive = openArchiveTree(path, { scratch });
    expect(Object.keys(picture(join(folder, 'scratch')))).toEqual([]);
    expect(contentsOf(archive.tree())['redis/db_0/strings/a.bin']).toBe('one');
    archive.close();
  });
});

test('what is written is byte for byte what GNU tar, Python and bsdtar were seen to read', () => {
  const path = writeDecoded({
    path: join(folder, 'decoded.tar'),
    kind: 'tar',
    scratch,
    files: DECODED,
    mtime: TREE_TIME,
  });
  expect(readFileSync(path).equals(archiveBytes('decoded.tar'))).toBe(true);
});

test.each(CONTENTS)('what another program has written is read, plain and packed: %s', (archive, texts) => {
  const path = join(folder, 'x.tar');
  writeFileSync(path, archiveBytes(archive));
  expect(read(path)).toEqual(texts);
  writeFileSync(`${path}.gz`, gzipSync(readFileSync(path)));
  expect(read(`${path}.gz`)).toEqual(texts);
  writeFileSync(`${path}.zst`, zstdCompressSync(readFileSync(path)));
  expect(read(`${path}.zst`)).toEqual(texts);
});

/** A plain archive of members that nobody would write by mistake. */
function archiveOf(...members: ReadonlyArray<readonly [path: string, content: string]>): string {
  const parts = members.flatMap(([path, content]) => [
    memberHead({ path, kind: path.endsWith('/') ? 'folder' : 'file', size: content.length, mtime: 0 }),
    Buffer.from(content),
    Buffer.alloc(paddingOf(content.length)),
  ]);
  const path = join(folder, 'hostile.tar');
  writeFileSync(path, Buffer.concat([...parts, ARCHIVE_END]));
  return path;
}

describe('a member that no dump has is refused by its name', () => {
  test.each([
    ['/etc/passwd', /the member "\/etc\/passwd" has an absolute path;/],
    ['redis/../../x', /the member "redis\/\.\.\/\.\.\/x" has a "\.\." in its path;/],
    ['a\nb/../c', /the member "a\\x0ab\/\.\.\/c" has a/],
    [`${'x'.repeat(4096)}`, /has a path of 4096 bytes, more than any system takes/],
  ])('%s', (path, message) => {
    expect(() => read(archiveOf(['MANIFEST.json', '{}'], [path, 'x']))).toThrow(message);
  });

  test('links and devices', () => {
    writeFileSync(join(folder, 'l.tar'), archiveBytes('gnu-tar-link.tar'));
    expect(() => read(join(folder, 'l.tar'))).toThrow(/the member "\.\/link" is a link, a device or a file with holes/);
  });

  test('two of one path, and a file where others have a folder, in any order', () => {
    expect(() => read(archiveOf(['a', '1'], ['b', '2'], ['./a', '3']))).toThrow(/two members have the path "a"/);
    expect(() => read(archiveOf(['a/b', '1'], ['a-b', '2'], ['a', '3']))).toThrow(/"a" is a file and a folder at once/);
    expect(() => read(archiveOf(['a', '1'], ['a/b', '2']))).toThrow(/"a" is a file and a folder at once/);
  });
});

test('a folder twice is one folder', () => {
  const path = archiveOf(['a/', ''], ['a/b', '1'], ['a/', ''], ['c/d/e', '']);
  const archive = openArchiveTree(path, { scratch });
  const tree = archive.tree();
  expect([...tree.entries('')]).toEqual([
    { name: 'a', kind: 'folder' },
    { name: 'c', kind: 'folder' },
  ]);
  expect([...tree.entries('a')].map(({ name }) => name)).toEqual(['b']);
  expect(tree.isFolder('c/d')).toBe(true);
  expect(tree.isFolder('c/x')).toBe(false);
  expect(() => tree.isFolder('a/b')).toThrow(/a\/b must be a folder, it is a regular file$/);
  expect(() => tree.readOptional('c', ANY_BYTES)).toThrow(/c must be a regular file, it is a folder$/);
  expect(tree.readOptional('a/b/c', ANY_BYTES)).toBeUndefined();
  expect(tree.readOptional('a\0b', ANY_BYTES)).toBeUndefined();
  archive.close();
});

test('an index of many blocks finds each path, and lists each folder once', () => {
  const names = Array.from({ length: 3000 }, (_, i) => `t${i % 7}/items/${'k'.repeat(i % 40)}${i}`);
  const path = archiveOf(...names.map((name) => [name, name] as const));
  const archive = openArchiveTree(path, { scratch });
  const tree = archive.tree();
  expect([...tree.entries('')].map(({ name }) => name)).toEqual(['t0', 't1', 't2', 't3', 't4', 't5', 't6']);
  for (const name of names) expect(tree.read(name, ANY_BYTES).toString()).toBe(name);
  expect([...filesBelow(tree, 't3')].map((entry) => entry.path).sort()).toEqual(
    names.filter((name) => name.startsWith('t3/')).sort(),
  );
  archive.close();
});

describe('an archive that is not whole is refused with its path and the place', () => {
  test.each<WrittenKind>(['tar', 'tar.zst'])('cut at every 512th byte, and between: %s', (kind) => {
    const whole = readFileSync(write('a', kind));
    const path = join(folder, 'cut');
    const step = kind === 'tar' ? 512 * 37 : 97;
    for (
      let length = 512;
      length < whole.length;
      length += length < 8192 || length > whole.length - 4096 ? 256 : step
    ) {
      writeFileSync(path, whole.subarray(0, length));
      let error: unknown;
      try {
        read(path);
      } catch (thrown) {
        error = thrown;
      }
      expect(error, String(length)).toBeInstanceOf(DataError);
      expect((error as Error).message).toContain(path);
      expect((error as Error).message).toMatch(/ at byte \d+|\(at byte \d+ of the archive\)/);
    }
  });

  test('bytes after the end', () => {
    const whole = readFileSync(write('a', 'tar'));
    const path = join(folder, 'more');
    writeFileSync(path, Buffer.concat([whole, Buffer.alloc(10_240)]));
    expect(Object.keys(read(path)).length).toBe(Object.keys(FILES).length + 2);
    writeFileSync(path, Buffer.concat([whole, Buffer.alloc(600), Buffer.from('x')]));
    expect(() => read(path)).toThrow(
      new RegExp(`more is damaged, .*: bytes come after the end \\(at byte ${whole.length + 600} of the archive\\)$`),
    );
    writeFileSync(path, Buffer.concat([readFileSync(write('b', 'tar.zst')), Buffer.from('garbage')]));
    expect(() => read(path)).toThrow(/more is damaged at byte \d+: bytes after the end of the zstd data/);
  });

  test('a flipped bit of a packed archive', () => {
    const small = archiveOf(['MANIFEST.json', '{}'], ['redis/a', 'some text']);
    const blocks: Buffer[] = [];
    const sink = archiveSink('tar.zst', { write: (bytes) => void blocks.push(Buffer.from(bytes)) });
    sink.write(readFileSync(small));
    sink.end();
    const whole = Buffer.concat(blocks);
    const path = join(folder, 'flipped');
    const wanted = read(small);
    for (let at = 4; at < whole.length; at++) {
      const bad = Buffer.from(whole);
      bad[at]! ^= 1 << (at % 8);
      writeFileSync(path, bad);
      let found: unknown;
      try {
        found = read(path);
      } catch (error) {
        expect(error).toBeInstanceOf(DataError);
        continue;
      }
      // Some bits say only how much memory is wanted.
      expect(found, String(at)).toEqual(wanted);
    }
  });

  test('one that is written to while it is read', () => {
    const path = write('a.tar', 'tar');
    const archive = openArchiveTree(path, { scratch });
    writeFileSync(path, 'x', { flag: 'a' });
    expect(() => archive.checkUnchanged()).toThrow(/a\.tar changed while it was read/);
    archive.close();
  });
});

test('what is no archive at all is a mistake of who named it', () => {
  const path = join(folder, 'text');
  writeFileSync(path, 'text\n'.repeat(500));
  expect(() => read(path)).toThrow(UsageError);
  expect(() => read(path)).toThrow(
    /text is not a folder with a MANIFEST\.json, and no archive of a dump either: it does not begin as a tar archive does$/,
  );
});
