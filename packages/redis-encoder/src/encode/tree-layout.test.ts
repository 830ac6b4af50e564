import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { encoded, encodedTree, makeFifo, plant, problemsOf, refused, temporaryFolder } from './encoded.test-data.ts';

test('a tree without redis folder has nothing to encode', () => {
  expect(encodedTree(temporaryFolder())).toEqual({ rows: {}, warnings: [] });
});

test('a redis folder without db_0 has nothing to encode; what is in it is left out with a warning', () => {
  const { rows, warnings } = encoded({ '../notes.txt': 'x' });
  expect(rows).toEqual({});
  expect(warnings.map(({ event, fields }) => [event, fields.count])).toEqual([['stray_files', 1]]);
});

test.each([
  ['redis', 'redis must be a folder, it is a regular file'],
  ['redis/db_0', 'redis/db_0 must be a folder, it is a regular file'],
  ['redis/db_7', 'redis/db_7 must be a folder, it is a regular file'],
  ['redis/db_0/streams', 'redis/db_0/streams must be a folder, it is a regular file'],
])('a file in the place of the folder %s is refused', (path, message) => {
  const root = temporaryFolder();
  mkdirSync(join(root, path, '..'), { recursive: true });
  writeFileSync(join(root, path), '');
  expect(problemsOf(root)).toEqual([message]);
});

test.each(['redis', 'redis/db_0', 'redis/db_3', 'redis/db_0/hll', 'redis/db_0/strings'])(
  'a link in the place of the folder %s is refused, also when it leads to one',
  (path) => {
    const root = temporaryFolder();
    mkdirSync(join(root, 'elsewhere'));
    mkdirSync(join(root, path, '..'), { recursive: true });
    symlinkSync(join(root, 'elsewhere'), join(root, path));
    expect(problemsOf(root)).toEqual([expect.stringMatching(`^${path} .*a symlink; links are not followed`)]);
  },
);

test.each(['redis/db_0/KEYMAP.jsonl', 'redis/db_0/strings_ttl.jsonl', 'redis/db_0/hll_ttl.jsonl'])(
  'a folder, a link or a FIFO in the place of the file %s is refused, each once',
  (path) => {
    const place = (make: (path: string, root: string) => void) => {
      const root = temporaryFolder();
      plant(root, { 'strings/a.bin': '' });
      make(join(root, path), root);
      return problemsOf(root);
    };
    expect(place((at) => mkdirSync(at))).toEqual([`${path} must be a regular file, it is a folder`]);
    expect(place((at) => symlinkSync('strings/a.bin', at))).toEqual([
      `${path} is a symlink; links are not followed, copy the file itself`,
    ]);
    expect(place((at) => makeFifo(at))).toEqual([`${path} must be a regular file, it is a FIFO`]);
  },
);

test.each(['db_1', 'db_15'])('the folder %s is refused, also beside db_0 and when it is empty', (name) => {
  for (const others of [[], ['strings/a.bin']]) {
    const root = temporaryFolder();
    plant(root, Object.fromEntries(others.map((path) => [path, ''])));
    mkdirSync(join(root, 'redis', name), { recursive: true });
    expect(problemsOf(root)).toEqual([expect.stringMatching(`^redis/${name}: .*only db_0`)]);
  }
});

test.each(['db_01', 'db_x', 'db_', 'DB_0', 'db_-1', 'db_0.bak'])(
  'the folder %s is no database: it is left out with a warning',
  (name) => {
    const { rows, warnings } = encoded({ 'strings/a.bin': '', [`../${name}/strings/b.bin`]: '' });
    expect(Object.keys(rows)).toEqual(['!redis|str|a']);
    expect(warnings.map(({ event }) => event)).toEqual(['stray_files']);
  },
);

test('what is no data is left out with one warning that counts it and names some of it', () => {
  const { rows, warnings } = encoded({
    'strings/a.bin': '',
    'strings/A.BIN': '',
    'strings/README.txt': '',
    'strings/sub/x.bin': '',
    'strings/sub/deeper/x.bin': '',
    'hashes/a.jsonl': '',
    'notes/a.bin': '',
    'ttl.jsonl': '',
    '../KEYMAP.jsonl': '',
  });
  expect(Object.keys(rows)).toEqual(['!redis|str|a']);
  expect(warnings).toEqual([
    {
      event: 'stray_files',
      message: expect.stringMatching(/redis\/.*, .*redis\/.*, .*redis\/.* and 5 more$/),
      fields: { adapter: 'Redis', count: 8 },
      loss: true,
    },
  ]);
});

test.each([
  'strings/6b.bin',
  'hll/a.bin',
  'hashes/x.json',
  'lists/x.json',
  'sets/x.json',
  'zsets/x.json',
  'streams/x.jsonl',
])('a folder in the place of the file %s is refused, whatever is in it', (path) => {
  for (const below of ['', 'empty/deeper']) {
    const root = temporaryFolder();
    plant(root, { 'lists/l.json': '{"format_version":1,"items":[]}' });
    mkdirSync(join(root, 'redis/db_0', path, below), { recursive: true });
    expect(problemsOf(root)).toEqual([
      `redis/db_0/${path} must be a regular file, it is a folder; restore the file, or remove the folder`,
    ]);
    writeFileSync(join(root, 'redis/db_0', path, 'b.bin'), '');
    expect(problemsOf(root)).toHaveLength(1);
  }
});

test('an empty folder that bears no name of data is passed over: nothing is lost with it', () => {
  const root = temporaryFolder();
  plant(root, { 'strings/a.bin': '' });
  for (const folder of ['strings/notes', 'strings/a.json', 'notes', '../notes'])
    mkdirSync(join(root, 'redis/db_0', folder));
  expect(encodedTree(root).warnings).toEqual([]);
});

test.each([
  'strings/a.bin',
  'strings/notes.txt',
  'strings/sub/x.bin',
  'hashes/a.json',
  'notes.txt',
  '../notes',
  '../db_x/a',
])('a link at redis/db_0/%s is refused by its path, whatever it leads to', (path) => {
  const root = temporaryFolder();
  plant(root, { 'lists/l.json': '{"format_version":1}', [`${path}.other`]: '' });
  symlinkSync(join(root, 'redis/db_0/lists/l.json'), join(root, 'redis/db_0', path));
  const shown = join('redis/db_0', path);
  expect(problemsOf(root)).toEqual([expect.stringMatching(`^${shown} is a symlink; links are not followed`)]);
});

test.each(['strings/a.bin', 'streams/notes.txt', 'fifo'])('a FIFO at redis/db_0/%s is refused by its path', (path) => {
  const root = temporaryFolder();
  plant(root, { [`${path}.other`]: '' });
  makeFifo(join(root, 'redis/db_0', path));
  expect(problemsOf(root)).toEqual([
    `redis/db_0/${path} is a FIFO, socket or device; only regular files belong into a dump tree, remove it`,
  ]);
});

test('what is wrong with the layout does not keep the files from being looked at', () => {
  expect(refused({ 'hashes/a.json': '', '../db_1/x': '', streams: '', 'strings/%.bin': '' })).toEqual([
    expect.stringMatching('^redis/db_1: '),
    expect.stringMatching('^redis/db_0/strings/%.bin: '),
    expect.stringMatching('^redis/db_0/hashes/a.json:1:1: '),
    expect.stringMatching('^redis/db_0/streams must be a folder'),
  ]);
});
