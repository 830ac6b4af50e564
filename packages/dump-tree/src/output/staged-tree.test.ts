import { hash } from 'node:crypto';
import { chmodSync, lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EnvironmentError, ScratchFolder, UsageError } from '@ekv/snapshot';
import { replaceCall, systemError } from '@ekv/test-support/file-calls';
import { makeFifo, output } from '@ekv/test-support/system-program';
import { plant, temporaryFolder } from '@ekv/test-support/temporary-folder';
import { afterEach, expect, test } from 'vitest';
import { StagedTree, type StagedTreeOptions } from './staged-tree.ts';

const scratch = new ScratchFolder();
const umask = process.umask();
const workingFolder = process.cwd();
afterEach(() => {
  scratch.remove();
  process.umask(umask);
  process.chdir(workingFolder);
});

const MANIFEST = Buffer.from('{"format_version": 1}\n');
const RUN = '0123456789abcdef';

function create(target: string, options: Partial<StagedTreeOptions> = {}): StagedTree {
  return StagedTree.create(target, { scratch, runId: RUN, ...options });
}

function write(tree: StagedTree): void {
  tree.file('redis/db_0/strings/a.bin', Buffer.from('A'));
  tree.file('redis/db_0/strings/b.bin', Buffer.from('BB'));
  const lines = tree.lines('redis/db_0/strings_ttl.jsonl');
  lines.write(Buffer.from('{}\n'));
  lines.close();
  tree.folder('s3/empty');
}

/** All paths below a folder with their content, folders with `null`. */
function contents(root: string): Record<string, string | null> {
  const paths = readdirSync(root, { recursive: true, encoding: 'utf8' }).sort();
  return Object.fromEntries(
    paths.map((path) => {
      const full = join(root, path);
      return [path, lstatSync(full).isFile() ? readFileSync(full, 'utf8') : null];
    }),
  );
}

const sha256 = (content: string | Uint8Array) => hash('sha256', content, 'hex');

const PUBLISHED = {
  CHECKSUMS: [
    `${sha256(MANIFEST)}  MANIFEST.json\n`,
    `${sha256('A')}  redis/db_0/strings/a.bin\n`,
    `${sha256('BB')}  redis/db_0/strings/b.bin\n`,
    `${sha256('{}\n')}  redis/db_0/strings_ttl.jsonl\n`,
  ].join(''),
  'MANIFEST.json': MANIFEST.toString(),
  redis: null,
  'redis/db_0': null,
  'redis/db_0/strings': null,
  'redis/db_0/strings/a.bin': 'A',
  'redis/db_0/strings/b.bin': 'BB',
  'redis/db_0/strings_ttl.jsonl': '{}\n',
  s3: null,
  's3/empty': null,
};

/** Each gives a target in a fresh parent folder, and the mode that the published folder must have. */
const TARGETS: ReadonlyArray<readonly [string, (parent: string) => { target: string; force?: boolean; mode: number }]> =
  [
    ['is missing', (parent) => ({ target: join(parent, 'out'), mode: 0o700 })],
    ['is missing, and so are the folders above', (parent) => ({ target: join(parent, 'x/y/out/'), mode: 0o700 })],
    [
      'is an empty folder with a mode of its own',
      (parent) => {
        mkdirSync(join(parent, 'out'));
        chmodSync(join(parent, 'out'), 0o2710);
        return { target: join(parent, 'out'), mode: 0o2710 };
      },
    ],
    [
      'is the working folder',
      (parent) => {
        mkdirSync(join(parent, 'out'));
        chmodSync(join(parent, 'out'), 0o700);
        process.chdir(join(parent, 'out'));
        return { target: '.', mode: 0o700 };
      },
    ],
    [
      'is an earlier dump that may be replaced',
      (parent) => {
        plant(join(parent, 'out'), { 'MANIFEST.json': 'earlier', 'redis/db_0/strings/old.bin': 'old', CHECKSUMS: '' });
        chmodSync(join(parent, 'out'), 0o750);
        return { target: join(parent, 'out'), force: true, mode: 0o750 };
      },
    ],
  ];

test.each(TARGETS)('a tree is published when the target %s', (_, prepare) => {
  const parent = temporaryFolder();
  const { target, mode, ...options } = prepare(parent);
  const root = target === '.' ? process.cwd() : target;
  const tree = create(target, options);
  write(tree);
  expect([tree.files, tree.bytes]).toEqual([3, 6]);
  tree.publish(MANIFEST);
  expect(contents(root)).toEqual(PUBLISHED);
  expect(lstatSync(root).mode & 0o7777).toBe(mode);
  expect(tree.leftover).toBeUndefined();
  expect(readdirSync(parent)).toHaveLength(1);
  tree.abandon();
  expect(contents(root)).toEqual(PUBLISHED);
});

test.each(TARGETS)('before it is published nothing that was there changes, when the target %s', (_, prepare) => {
  const parent = temporaryFolder();
  const { target, mode: _mode, ...options } = prepare(parent);
  const before = contents(parent);
  const tree = create(target, options);
  write(tree);
  expect(contents(parent)).toMatchObject(before);
  const added = Object.keys(contents(parent)).filter((path) => !(path in before));
  expect(added.filter((path) => !/\.(tmp|run)-0123456789abcdef/.test(path) && !/^x(\/y)?$/.test(path))).toEqual([]);
});

test.each(TARGETS)('when it is abandoned nothing is left, when the target %s', (_, prepare) => {
  const parent = temporaryFolder();
  const { target, mode: _mode, ...options } = prepare(parent);
  const before = contents(parent);
  const tree = create(target, options);
  write(tree);
  tree.lines('redis/db_0/KEYMAP.jsonl').write(Buffer.from('not closed'));
  tree.abandon();
  expect(contents(parent)).toEqual(before);
  tree.abandon();
});

test('abandoning closes the files that are still open', () => {
  const open = () => readdirSync('/proc/self/fd').length;
  const before = open();
  const tree = create(join(temporaryFolder(), 'out'));
  for (let i = 0; i < 5; i++) tree.lines(`redis/${i}`);
  // And the hidden folder.
  expect(open()).toBe(before + 6);
  tree.abandon();
  expect(open()).toBe(before);
});

test('folders above the target that others use by now stay when it is abandoned', () => {
  const parent = temporaryFolder();
  const tree = create(join(parent, 'x/y/out'));
  writeFileSync(join(parent, 'x/other'), '');
  tree.abandon();
  expect(contents(parent)).toEqual({ x: null, 'x/other': '' });
});

test.each([
  [
    'is not empty',
    (target: string) => plant(target, { file: 'F' }),
    false,
    /exists and is not empty; choose another folder/,
  ],
  [
    'is an earlier dump and must not be replaced',
    (target: string) => plant(target, { 'MANIFEST.json': '{}' }),
    false,
    /not empty; choose another folder, or replace an earlier dump with the option force$/,
  ],
  [
    'is not empty and no dump, even if it may be replaced',
    (target: string) => plant(target, { file: 'F' }),
    true,
    /is not empty and holds no MANIFEST\.json; the option force replaces an earlier dump only$/,
  ],
  [
    'has a folder for a MANIFEST.json',
    (target: string) => plant(target, { 'MANIFEST.json/x': 'F' }),
    true,
    /holds no MANIFEST\.json/,
  ],
  [
    'holds a symlink, and says so',
    (target: string) => {
      plant(target, {});
      mkdirSync(target);
      symlinkSync('../elsewhere', join(target, 'redis'));
    },
    false,
    /it holds the symlink redis\)/,
  ],
  ['is a symlink', (target: string) => symlinkSync('elsewhere', target), true, /is a symlink; name the folder itself$/],
  [
    'is a file',
    (target: string) => writeFileSync(target, 'F'),
    true,
    /exists and is not a folder; choose another name$/,
  ],
  ['is a FIFO', makeFifo, true, /exists and is not a folder/],
] as const)('a run is refused when the target %s', (_, prepare, force, message) => {
  const parent = temporaryFolder();
  mkdirSync(join(parent, 'elsewhere'));
  prepare(join(parent, 'out'));
  const before = contents(parent);
  const start = () => create(join(parent, 'out'), { force });
  expect(start).toThrow(UsageError);
  expect(start).toThrow(message);
  expect(contents(parent)).toEqual(before);
});

test('an earlier dump that is the working folder is not replaced, for it cannot be renamed', () => {
  const folder = temporaryFolder();
  plant(folder, { 'MANIFEST.json': 'earlier' });
  process.chdir(folder);
  expect(() => create('.', { force: true })).toThrow(/cannot be renamed/);
  expect(contents(folder)).toEqual({ 'MANIFEST.json': 'earlier' });
});

test("an empty folder of someone else stays that one's", () => {
  const target = join(temporaryFolder(), 'out');
  mkdirSync(target);
  const { ino } = lstatSync(target);
  replaceCall('lstatSync', (original, path: never, ...more) => {
    const stat = original(path, ...more) as { uid: number } | undefined;
    if (path === target && stat !== undefined) stat.uid++;
    return stat;
  });
  const tree = create(target);
  write(tree);
  tree.publish(MANIFEST);
  expect(contents(target)).toEqual(PUBLISHED);
  expect(lstatSync(target).ino).toBe(ino);
});

test('a folder of the same file system that is mounted at the target stays itself', () => {
  const target = join(temporaryFolder(), 'out with blank');
  mkdirSync(target);
  const { ino } = lstatSync(target);
  replaceCall('readFileSync', (original, path: unknown, ...more) =>
    path === '/proc/self/mountinfo'
      ? `36 35 98:0 / ${target.replaceAll(' ', '\\040')} rw - ext4 /dev/sda rw\n`
      : original(path as never, ...more),
  );
  const tree = create(target);
  write(tree);
  tree.publish(MANIFEST);
  expect(contents(target)).toEqual(PUBLISHED);
  expect(lstatSync(target).ino).toBe(ino);
});

test.each([0o022, 0o077, 0o000, 0o777, 0o277])(
  'with umask %o all folders have mode 700 and all files 600, for names of files are keys',
  (mask) => {
    const target = join(temporaryFolder(), 'above/out');
    process.umask(mask);
    const tree = create(target);
    write(tree);
    tree.publish(MANIFEST);
    const modes = (paths: readonly string[]) =>
      paths.map((path) => (lstatSync(join(target, path)).mode & 0o7777).toString(8));
    const folders = ['', '..', 'redis', 'redis/db_0', 'redis/db_0/strings', 's3', 's3/empty'];
    const files = [
      'MANIFEST.json',
      'CHECKSUMS',
      'redis/db_0/strings/a.bin',
      'redis/db_0/strings/b.bin',
      'redis/db_0/strings_ttl.jsonl',
    ];
    expect(modes(folders)).toEqual(folders.map(() => '700'));
    expect(modes(files)).toEqual(files.map(() => '600'));
  },
);

test('names are bytes, and sha256sum finds them in CHECKSUMS', () => {
  const target = join(temporaryFolder(), 'out');
  const tree = create(target);
  for (const name of ['\xff\xfe', '\xff\n', 'a\\b\r', '\xc3\xa9']) tree.file(`s3/b/${name}`, Buffer.from(name));
  tree.publish(MANIFEST);
  const report = output('sha256sum', ['--strict', '-c', 'CHECKSUMS'], target);
  expect(report.match(/: OK$/gm)).toHaveLength(5);
});

test('lines of any length are written in order and hashed', () => {
  const target = join(temporaryFolder(), 'out');
  const tree = create(target);
  const pieces = [0, 1, 65_535, 2, 65_536, 3, 65_537, 200_000, 4].map((length, i) => Buffer.alloc(length, 97 + i));
  const lines = tree.lines('s3/b/object');
  for (const piece of pieces) lines.write(piece);
  lines.close();
  tree.publish(MANIFEST);
  const whole = Buffer.concat(pieces);
  expect(tree.bytes).toBe(whole.length);
  expect(readFileSync(join(target, 's3/b/object')).equals(whole)).toBe(true);
  expect(readFileSync(join(target, 'CHECKSUMS'), 'utf8')).toContain(`${sha256(whole)}  s3/b/object\n`);
});

test('a path that is given twice is an error, and the first file stays', () => {
  const target = join(temporaryFolder(), 'out');
  const tree = create(target);
  tree.file('redis/a\n', Buffer.from('first'));
  const again = () => tree.file('redis/a\n', Buffer.from('second'));
  expect(again).toThrow(EnvironmentError);
  expect(again).toThrow(`cannot write ${target}/redis/a\\x0a: it exists already (EEXIST)`);
  expect(() => tree.lines('redis/a\n')).toThrow(EnvironmentError);
  tree.publish(MANIFEST);
  expect(readFileSync(join(target, 'redis/a\n'), 'utf8')).toBe('first');
});

test('a folder is made once, however its files come', () => {
  const tree = create(join(temporaryFolder(), 'out'));
  const made: string[] = [];
  replaceCall('mkdirSync', (original, path: never, ...more) => {
    made.push(String(path).replace(/.*(tmp-[0-9a-f]+|fd\/\d+)\//, ''));
    return original(path, ...more);
  });
  for (const path of ['s3/a/1', 's3/b/1', 's3/a/2', 's3/ab/1', 's3/b/2']) tree.file(path, Buffer.from(''));
  tree.folder('s3/b');
  expect(made).toEqual(['s3', 's3/a', 's3/b', 's3/ab']);
});

test('a run id of another form is refused before anything is made', () => {
  const parent = temporaryFolder();
  for (const runId of ['', '0123456789ABCDEF', '0123456789abcde', '../../etc/pass00'])
    expect(() => create(join(parent, 'out'), { runId })).toThrow(RangeError);
  expect(readdirSync(parent)).toEqual([]);
});

test('without a run id each run has its own', () => {
  const parent = temporaryFolder();
  const trees = [1, 2].map(() => StagedTree.create(join(parent, 'out'), { scratch }));
  const names = readdirSync(parent).sort();
  const ids = [...new Set(names.map((name) => name.slice(-16)))].sort();
  expect(ids).toHaveLength(2);
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{16}$/);
  expect(names).toEqual([...ids.map((id) => `.out.run-${id}`), ...ids.map((id) => `.out.tmp-${id}`)]);
  for (const tree of trees) tree.abandon();
});

test('a disk that is full while a file is written names the file at its target', () => {
  const target = join(temporaryFolder(), 'out');
  const tree = create(target);
  const lines = tree.lines('redis/lines');
  replaceCall('writeSync', () => {
    throw systemError('ENOSPC');
  });
  expect(() => tree.file('redis/a', Buffer.from('A'))).toThrow(
    new RegExp(`^cannot write ${target}/redis/a: no space left on the device \\(ENOSPC\\)`),
  );
  lines.write(Buffer.from('waits'));
  expect(() => lines.close()).toThrow(`cannot write ${target}/redis/lines: no space left`);
  expect(() => tree.publish(MANIFEST)).toThrow(EnvironmentError);
  tree.abandon();
});
