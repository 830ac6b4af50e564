import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { ANY_BYTES, filesBelow, InputTree, type TreeSource } from '@ekv/dump-tree';
import { DataError, ScratchFolder, UsageError } from '@ekv/snapshot';
import { output } from '@ekv/test-support/system-program';
import { picture, plant, temporaryFolder } from '@ekv/test-support/temporary-folder';
import { beforeEach, describe, expect, test } from 'vitest';
import { archiveSink } from '../compression/archive-sink.ts';
import { paddingOf } from '../tar/tar-header.ts';
import { ARCHIVE_END, memberHead } from '../tar/tar-members.ts';
import { ArchiveFileTarget } from './archive-target.ts';
import { openArchiveTree } from './open-archive-tree.ts';
import { StagedArchive, type WrittenKind } from './staged-archive.ts';

const RUN = '0123456789abcdef';
const MANIFEST = Buffer.from('{"format_version":1}');
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
function write(name: string, kind: WrittenKind, order: 'first' | 'last' = 'first'): string {
  const path = join(folder, name);
  const target = ArchiveFileTarget.create(path, { force: false, runId: RUN });
  const archive = new StagedArchive(target, { kind, scratch, mtime: 1_700_000_000 });
  try {
    if (order === 'first') archive.begin(MANIFEST);
    for (const [file, text] of Object.entries(FILES)) {
      if (file.length % 2 === 0) archive.file(file, Buffer.from(text));
      else {
        const pieces = archive.pieces(file);
        for (let at = 0; at < text.length; at += 100_000) pieces.write(Buffer.from(text.slice(at, at + 100_000)));
        pieces.close();
      }
    }
    archive.folder('dynamodb/t/items');
    archive.publish(MANIFEST);
  } finally {
    archive.abandon();
  }
  return path;
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

function unpacked(by: 'tar' | 'python', archive: string): Record<string, string> {
  const to = join(folder, `unpacked-${by}`);
  mkdirSync(to);
  if (by === 'tar') execFileSync('tar', ['-xf', archive, '-C', to]);
  else {
    const script = 'import sys, tarfile; tarfile.open(sys.argv[1]).extractall(sys.argv[2], filter="data")';
    execFileSync('python3', ['-c', script, archive, to]);
  }
  return contentsOf(new InputTree(to));
}

describe.each<WrittenKind>(['tar', 'tar.zst'])('%s', (kind) => {
  test('what is written is read, with MANIFEST.json first and CHECKSUMS last; GNU tar reads the same', () => {
    const path = write(`a.${kind}`, kind);
    const found = read(path);
    expect(found).toEqual({ ...FILES, 'MANIFEST.json': MANIFEST.toString(), CHECKSUMS: found.CHECKSUMS });
    const names = execFileSync('tar', ['-tf', path], { encoding: 'utf8' }).trim().split('\n');
    expect([names[0], names.at(-1)]).toEqual(['MANIFEST.json', 'CHECKSUMS']);
    expect(unpacked('tar', path)).toEqual(found);
    output('sha256sum', ['--check', '--strict', '--quiet', 'CHECKSUMS'], join(folder, 'unpacked-tar'));
    expect(existsSync(join(folder, 'unpacked-tar/dynamodb/t/items'))).toBe(true);
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

test('Python reads what is written', () => {
  const path = write('a.tar', 'tar');
  expect(unpacked('python', path)).toEqual(read(path));
});

describe('archives of others', () => {
  beforeEach(() => plant(join(folder, 'tree'), { 'MANIFEST.json': MANIFEST, ...FILES }));
  const wanted = { 'MANIFEST.json': MANIFEST.toString(), ...FILES };

  test.each(['gnu', 'pax', 'oldgnu'])('of GNU tar, format %s, plain and packed', (format) => {
    const path = join(folder, 'x.tar');
    execFileSync('tar', ['-cf', path, `--format=${format}`, '-C', join(folder, 'tree'), '.']);
    expect(read(path)).toEqual(wanted);
    writeFileSync(`${path}.gz`, gzipSync(readFileSync(path)));
    expect(read(`${path}.gz`)).toEqual(wanted);
    writeFileSync(`${path}.zst`, zstdCompressSync(readFileSync(path)));
    expect(read(`${path}.zst`)).toEqual(wanted);
  });

  test('of Python', () => {
    const path = join(folder, 'x.tar');
    const script = 'import sys, tarfile\nwith tarfile.open(sys.argv[1], "w") as out: out.add(sys.argv[2], arcname="")';
    execFileSync('python3', ['-c', script, path, join(folder, 'tree')]);
    expect(read(path)).toEqual(wanted);
  });

  test('of bsdtar, where it is', (context) => {
    const path = join(folder, 'x.tar');
    try {
      output('bsdtar', ['-cf', path, '-C', join(folder, 'tree'), '.']);
    } catch {
      context.skip('there is no bsdtar');
    }
    expect(read(path)).toEqual(wanted);
  });
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
    plant(join(folder, 'tree'), { 'MANIFEST.json': '{}' });
    symlinkSync('/etc/passwd', join(folder, 'tree/link'));
    execFileSync('tar', ['-cf', join(folder, 'l.tar'), '-C', join(folder, 'tree'), '.']);
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
