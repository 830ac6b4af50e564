import { hash } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EnvironmentError, ScratchFolder } from '@ekv/snapshot';
import { replaceCall, systemError } from '@ekv/test-support/file-calls';
import { makeFifo } from '@ekv/test-support/system-program';
import { plant, temporaryFolder } from '@ekv/test-support/temporary-folder';
import fc from 'fast-check';
import { afterEach, expect, test, vi } from 'vitest';
import { ANY_BYTES } from '../files/file-limits.ts';
import { InputTree } from '../input/input-tree.ts';
import { checksumLine } from './checksums.ts';
import type { ChecksumsReport } from './checksums-report.ts';
import { ChecksumsVerifier } from './checksums-verifier.ts';

const GOLDEN = join(import.meta.dirname, '../../../../fixtures/golden/tree');
const scratch = new ScratchFolder();
afterEach(() => scratch.remove());

const OK = {
  ok: true,
  changed: { count: 0, examples: [] },
  missing: { count: 0, examples: [] },
  unlisted: { count: 0, examples: [] },
  malformed: { count: 0, examples: [] },
  irregular: { count: 0, examples: [] },
  unreadable: { count: 0, examples: [] },
};

interface Verified {
  readonly folders?: string[];
  readonly skipped?: string[];
  readonly arenaBytes?: number;
}

/** Reads MANIFEST.json and all files below the folders but those in `skipped`, then compares; one that goes along with the list must find the same. */
function verify(root: string, options: Verified = {}): ChecksumsReport | undefined {
  const found = verifyOnce(root, options, 'at the end');
  expect(verifyOnce(root, options, 'on the way')).toEqual(found);
  return found;
}

function verifyOnce(
  root: string,
  options: Verified,
  compared: 'at the end' | 'on the way',
): ChecksumsReport | undefined {
  const { folders = ['redis'], skipped = [] } = options;
  const verifier = new ChecksumsVerifier(scratch, options.arenaBytes);
  const tree = new InputTree(root, { verifier });
  if (compared === 'on the way') verifier.follow(tree);
  tree.readOptional('MANIFEST.json', ANY_BYTES);
  const readAll = (folder: string): void => {
    if (!tree.isFolder(folder)) return;
    for (const { name, kind } of tree.entries(folder)) {
      const path = `${folder}/${name}`;
      if (kind === 'folder') readAll(path);
      else if (kind === 'file' && !skipped.includes(path)) tree.read(path, ANY_BYTES);
    }
  };
  folders.forEach(readAll);
  return verifier.finish(tree, folders);
}

function row(path: string, content: string): string {
  return checksumLine(path, hash('sha256', content, 'hex'));
}

/** A tree with these files and a CHECKSUMS that lists them, or has the given lines. */
function treeOf(files: Record<string, string>, lines?: string[]): string {
  const root = temporaryFolder();
  plant(root, files);
  const listed = lines ?? Object.entries(files).map(([path, content]) => row(path, content));
  writeFileSync(join(root, 'CHECKSUMS'), Buffer.from(listed.join(''), 'latin1'));
  return root;
}

const FILES = { 'MANIFEST.json': '{}', 'redis/db_0/strings/a.bin': 'A', 'redis/db_0/strings/b.bin': 'B' };
const LINES = Object.entries(FILES).map(([path, content]) => row(path, content));

test.each(readdirSync(join(GOLDEN, 'checksums-verified-ok')).filter((name) => name.startsWith('t-')))(
  'the recorded tree %s is as its CHECKSUMS says',
  (name) => {
    expect(verify(join(GOLDEN, 'checksums-verified-ok', name))).toEqual(OK);
  },
);

test.each([
  ['t-changed-file', 'changed', 'redis/db_0/strings/hello.bin'],
  ['t-missing-file', 'missing', 'redis/db_0/strings/hello.bin'],
  ['t-unlisted-file', 'unlisted', 'redis/db_0/strings/new.bin'],
  ['t-empty', 'malformed', 'CHECKSUMS lists no file'],
  ['t-only-blank-lines', 'malformed', 'CHECKSUMS lists no file'],
  ['t-comment', 'malformed', 'CHECKSUMS:1: not 64'],
  ['t-upper-case-digest', 'malformed', 'CHECKSUMS:1: not 64'],
  ['t-one-space', 'malformed', 'CHECKSUMS:1: not 64'],
  ['t-short-digest', 'malformed', 'CHECKSUMS:1: not 64'],
  ['t-dot-dot', 'malformed', 'CHECKSUMS:4: ../x escapes'],
  ['t-absolute', 'malformed', 'CHECKSUMS:4: /etc/hostname escapes'],
  ['t-bad-escape', 'malformed', 'CHECKSUMS:4: unknown escape in a\\t'],
] as const)('in the recorded tree %s something is %s', (name, kind, example) => {
  const report = verify(join(GOLDEN, 'checksums-verify-fails', name))!;
  expect(report.ok).toBe(false);
  expect(report[kind].count).toBeGreaterThan(0);
  expect(report[kind].examples[0]).toContain(join(GOLDEN, 'checksums-verify-fails', name, example));
});

test('a tree without CHECKSUMS has nothing to compare with', () => {
  const root = temporaryFolder();
  plant(root, FILES);
  expect(verify(root)).toBeUndefined();
});

test.each([
  ['reversed', [...LINES].reverse()],
  ['shuffled with a repeated row', [LINES[1]!, LINES[2]!, LINES[0]!, LINES[1]!]],
])('the order of the lines does not matter: %s', (_, lines) => {
  expect(verify(treeOf(FILES, lines))).toEqual(OK);
});

test('findings are counted, and the first three by path are named', () => {
  const names = ['e', 'd', 'c', 'b', 'a'].map((name) => `redis/${name}`);
  const root = treeOf(
    Object.fromEntries(names.map((name) => [name, 'new'])),
    names.map((name) => row(name, 'old')),
  );
  const examples = ['a', 'b', 'c'].map((name) => `${root}/redis/${name}`);
  expect(verify(root)).toEqual({ ...OK, ok: false, changed: { count: 5, examples } });
});

test('a listed file that nobody read is read at the end', () => {
  const files = { ...FILES, 'redis/notes.txt': 'N', 'redis/other.txt': 'O', 'redis/gone.txt': 'G' };
  const root = treeOf(files);
  writeFileSync(join(root, 'redis/notes.txt'), 'changed');
  rmSync(join(root, 'redis/gone.txt'));
  expect(verify(root, { skipped: ['redis/notes.txt', 'redis/other.txt'] })).toEqual({
    ...OK,
    ok: false,
    changed: { count: 1, examples: [`${root}/redis/notes.txt`] },
    missing: { count: 1, examples: [`${root}/redis/gone.txt`] },
  });
});

test('a large file that nobody read is hashed in pieces', () => {
  const large = 'x'.repeat(1_000_003);
  expect(verify(treeOf({ 'redis/large': large }), { skipped: ['redis/large'] })).toEqual(OK);
});

test('files outside of the selected folders are not looked at, broken lines are', () => {
  const root = treeOf(FILES, [...LINES, row('s3/b/gone', 'x'), row('README', 'x'), row('redisx', 'x'), 'broken\n']);
  expect(verify(root)).toEqual({
    ...OK,
    ok: false,
    malformed: {
      count: 1,
      examples: [`${root}/CHECKSUMS:7: not 64 lower-case hex digits, two blanks and a path`],
    },
  });
  expect(verify(root, { folders: ['redis', 's3'] })!.missing.examples).toEqual([`${root}/s3/b/gone`]);
});

test('MANIFEST.json is looked at whatever is selected', () => {
  const root = treeOf(FILES, [row('MANIFEST.json', 'other'), ...LINES.slice(1)]);
  expect(verify(root, { folders: [] })!.changed.examples).toEqual([`${root}/MANIFEST.json`]);
});

test('a path that is listed with two digests is changed once, read or not', () => {
  const root = treeOf(FILES, [...LINES, row('redis/db_0/strings/a.bin', 'other')]);
  for (const skipped of [[], ['redis/db_0/strings/a.bin']])
    expect(verify(root, { skipped })!.changed).toMatchObject({ count: 1 });
});

test('a file that is read twice counts once', () => {
  const root = treeOf(FILES, []);
  writeFileSync(join(root, 'CHECKSUMS'), LINES[0]!);
  const verifier = new ChecksumsVerifier(scratch);
  const tree = new InputTree(root, { verifier });
  for (const path of ['MANIFEST.json', 'MANIFEST.json', 'redis/db_0/strings/a.bin', 'redis/db_0/strings/a.bin'])
    tree.read(path, ANY_BYTES);
  expect(verifier.finish(tree, ['redis'])).toMatchObject({ changed: { count: 0 }, unlisted: { count: 1 } });
});

test('a listed link, FIFO or folder is never read, and said', () => {
  const root = treeOf(FILES);
  plant(root, { 'redis/real/x': 'X' });
  mkdirSync(join(root, 'redis/folder'));
  symlinkSync('real', join(root, 'redis/linked'));
  symlinkSync('real/x', join(root, 'redis/link'));
  makeFifo(join(root, 'redis/fifo'));
  const rows = ['redis/folder', 'redis/linked/x', 'redis/link', 'redis/fifo'].map((path) => row(path, 'X'));
  writeFileSync(join(root, 'CHECKSUMS'), [...LINES, row('redis/real/x', 'X'), ...rows].join(''));
  const { irregular, ...others } = verify(root)!;
  const { irregular: _, ...rest } = OK;
  expect(others).toEqual({ ...rest, ok: false });
  expect(irregular.count).toBe(4);
  expect(irregular.examples).toEqual([
    `${root}/redis/fifo must be a regular file, it is a FIFO`,
    `${root}/redis/folder must be a regular file, it is a folder`,
    `${root}/redis/link is a symlink; links are not followed, copy the file itself`,
  ]);
});

test('a path below a file, or longer than any name, is missing', () => {
  const paths = [
    'redis/db_0/strings/a.bin/x',
    `redis/${'n'.repeat(300)}`,
    'redis/nul\0byte',
    `${'redis/'.repeat(900)}x`,
  ];
  const root = treeOf(FILES, [...LINES, ...paths.map((path) => row(path, 'X'))]);
  expect(verify(root)).toMatchObject({ missing: { count: 4 }, malformed: { count: 0 } });
});

test('a CHECKSUMS that is a link or a FIFO is a finding, and nothing is compared', () => {
  for (const make of [(path: string) => symlinkSync('elsewhere', path), makeFifo]) {
    const root = treeOf(FILES);
    rmSync(join(root, 'CHECKSUMS'));
    make(join(root, 'CHECKSUMS'));
    expect(verify(root)).toMatchObject({ ok: false, unlisted: { count: 0 }, irregular: { count: 1 } });
  }
});

/** Lets the file at a path not be opened. */
function forbid(path: string, code: string): void {
  replaceCall('openSync', (original, ...args) => {
    if (String(args[0]).endsWith(path)) throw systemError(code);
    return original(...args);
  });
}

test.each(['CHECKSUMS', 'redis/notes.txt'])('what may not be read at %s is unreadable, not malformed', (path) => {
  const root = treeOf({ ...FILES, 'redis/notes.txt': 'N' });
  forbid(path, 'EACCES');
  const report = verify(root, { skipped: ['redis/notes.txt'] })!;
  const message = `cannot read ${root}/${path}: permission denied (EACCES)`;
  expect(report).toMatchObject({ ...OK, ok: false, unreadable: { count: 1, examples: [message] } });
  expect(report.refusal).toBeInstanceOf(EnvironmentError);
  expect(report.refusal!.message).toBe(message);
});

test.each(['CHECKSUMS', 'redis/notes.txt'])('a disk that fails at %s ends the comparison', (path) => {
  const root = treeOf({ ...FILES, 'redis/notes.txt': 'N' });
  forbid(path, 'EIO');
  expect(() => verify(root, { skipped: ['redis/notes.txt'] })).toThrow(EnvironmentError);
});

test('a line of a CHECKSUMS that does not end is one malformed line, and not all of it is read', () => {
  const root = treeOf(FILES);
  truncateSync(join(root, 'CHECKSUMS'), 10 * 2 ** 30);
  expect(verify(root)!.malformed).toMatchObject({
    count: 2,
    examples: [/8191/, /67108864/].map((part) => expect.stringMatching(part)),
  });
});

test('names that are not UTF-8 or need escapes are found', () => {
  const files = { 'redis/\xff\xfe': '1', 'redis/\xff\n': '2', 'redis/a\\b\r': '3', 'redis/\xc3\xa9': '4' };
  expect(verify(treeOf(files))).toEqual(OK);
  const report = verify(treeOf(files, [row('MANIFEST.json', 'x')]))!;
  expect(report.unlisted.count).toBe(4);
  expect(report.unlisted.examples.map((example) => example.replace(/.*redis/, 'redis'))).toEqual([
    'redis/a\\b\\x0d',
    'redis/é',
    'redis/\\xff\\x0a',
  ]);
});

test('files that are opened in pieces are compared as those that are read whole', () => {
  const root = treeOf({ 'redis/a': 'A', 'redis/b': 'B', 'redis/c': 'C' }, [row('redis/a', 'A'), row('redis/b', 'x')]);
  const verifier = new ChecksumsVerifier(scratch);
  const tree = new InputTree(root, { verifier });
  for (const path of ['redis/a', 'redis/b', 'redis/c'])
    expect(tree.openOptional(path)).toMatchObject({ byteLength: 1 });
  expect(verifier.finish(tree, ['redis'])).toMatchObject({
    changed: { examples: [`${root}/redis/b`] },
    unlisted: { examples: [`${root}/redis/c`] },
    missing: { count: 0 },
  });
});

test('what is left out when it is opened can be told later', () => {
  const root = treeOf({ 'redis/a': 'A' }, [row('redis/a', 'told')]);
  const verifier = new ChecksumsVerifier(scratch);
  const tree = new InputTree(root, { verifier });
  tree.openOptional('redis/a', 'left out');
  verifier.add('redis/a', hash('sha256', 'told', 'hex'));
  expect(verifier.finish(tree, ['redis'])).toEqual(OK);
});

test('more files than fit into memory are compared through the scratch folder', () => {
  const files = Object.fromEntries(Array.from({ length: 2000 }, (_, i) => [`redis/${i % 7}/${i}`, `${i}`]));
  const root = treeOf(files);
  writeFileSync(join(root, 'redis/3/1998'), 'changed');
  const report = verify(root, { arenaBytes: 2048 })!;
  expect(report).toEqual({ ...OK, ok: false, changed: { count: 1, examples: [`${root}/redis/3/1998`] } });
});

test('what was changed, removed and added in a tree is what is found', () => {
  const fate = fc.constantFrom('same', 'changed', 'removed', 'added', 'skipped', 'skipped and changed');
  fc.assert(
    fc.property(fc.array(fate, { maxLength: 30 }), fc.boolean(), (fates, isReversed) => {
      const path = (i: number) => `redis/${i % 3}/${i}`;
      const lines = fates.flatMap((f, i) => (f === 'added' ? [] : [row(path(i), `${i}`)]));
      const root = treeOf({}, [row('other', ''), ...(isReversed ? lines.reverse() : lines)]);
      const [skipped, counts] = [[] as string[], { changed: 0, missing: 0, unlisted: 0 }];
      fates.forEach((f, i) => {
        if (f !== 'removed') plant(root, { [path(i)]: f.endsWith('changed') ? 'other' : `${i}` });
        if (f.startsWith('skipped')) skipped.push(path(i));
        if (f.endsWith('changed')) counts.changed++;
        if (f === 'removed') counts.missing++;
        if (f === 'added') counts.unlisted++;
      });
      const { changed, missing, unlisted, malformed, ok } = verify(root, { skipped })!;
      expect({ changed: changed.count, missing: missing.count, unlisted: unlisted.count }).toEqual(counts);
      expect(malformed.count).toBe(0);
      expect(ok).toBe(fates.every((f) => f === 'same' || f === 'skipped'));
    }),
    { numRuns: 40 },
  );
});

test('a list that is followed gives what one gives that is compared at the end, whatever stands in it and however files are read', {
  timeout: 60_000,
}, () => {
  const name = fc.constantFrom('a', 'b', 'b.c', 'b-c', 'b/c', 'b\\\\c', 'd\\n', '\xff', 'e'.repeat(200));
  const digest = fc.constantFrom('1', '2').map((content) => hash('sha256', content, 'hex'));
  const path = fc
    .tuple(fc.constantFrom('redis/', 's3/', ''), name, fc.integer({ max: 400, min: 0 }))
    .map((parts) => parts.join(''));
  const sorted = fc
    .array(fc.tuple(path, digest), { maxLength: 900, size: 'max' })
    .map((rows) => rows.sort().map(([p, d]) => checksumLine(p, d)));
  const odd = fc.oneof(
    fc.constantFrom('\n', 'broken\n', '\r\n', `${'x'.repeat(9000)}\n`),
    fc.tuple(path, digest).map(([p, d]) => checksumLine(`./${p}`, d)),
    fc.tuple(path, digest).map(([p, d]) => checksumLine(p, d).replace('\n', '\r\n')),
    fc.tuple(path, digest).map(([p, d]) => checksumLine(p, d).toUpperCase()),
  );
  const oddities = fc.array(fc.tuple(fc.nat(), odd), { maxLength: 3 });
  const reads = fc.array(
    fc.tuple(
      path.filter((any) => any.startsWith('redis/')),
      digest,
    ),
    { maxLength: 900, size: 'max' },
  );
  fc.assert(
    fc.property(sorted, oddities, reads, fc.boolean(), (rows, others, files, inOrder) => {
      const lines = [...rows];
      for (const [at, line] of others) lines.splice(at % (lines.length + 1), 0, line);
      const root = treeOf({}, lines);
      const read = inOrder ? [...files].sort() : files;
      const [atEnd, onTheWay] = [false, true].map((follows) => {
        const verifier = new ChecksumsVerifier(scratch);
        const tree = new InputTree(root);
        if (follows) verifier.follow(tree);
        for (const [file, sha256] of read) verifier.add(file, sha256);
        return verifier.finish(tree, ['redis'], 5000);
      });
      expect(onTheWay).toEqual(atEnd);
    }),
    { numRuns: 100 },
  );
});

test('a list is let go of, also when nothing is compared', () => {
  const root = treeOf(FILES);
  const closed = vi.fn();
  const tree = new InputTree(root);
  const verifier = new ChecksumsVerifier(scratch);
  verifier.follow({
    display: (path) => tree.display(path),
    openOptional: (path, digest) => {
      const file = tree.openOptional(path, digest)!;
      const close = file.close.bind(file);
      file.close = () => {
        closed();
        close();
      };
      return file;
    },
  });
  verifier.close();
  expect(closed).toHaveBeenCalled();
});
