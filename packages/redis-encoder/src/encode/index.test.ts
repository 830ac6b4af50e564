import { InputTree, TreeProblemsError } from '@ekv/dump-tree';
import { DataError, EnvironmentError, ScratchFolder, type Warning } from '@ekv/snapshot';
import { expect, test } from 'vitest';
import { encoded, encodedTree, plant, problemsOf, refused, temporaryFolder } from './encoded.test-data.ts';
import { encodeRedis } from './index.ts';

const nothing = { warn: () => {}, scratch: new ScratchFolder() };
const collection = '{"format_version":1}';

test('types come in one order: strings, HyperLogLogs, hashes, sets, lists, sorted sets, streams', () => {
  const { rows } = encoded({
    'streams/k.jsonl': '{"_meta":true}',
    'zsets/k.json': collection,
    'lists/k.json': collection,
    'sets/k.json': collection,
    'hashes/k.json': collection,
    'hll/k.bin': '',
    'strings/k.bin': '',
  });
  expect(Object.keys(rows).map((key) => key.split('|').slice(0, 2).join('|'))).toEqual([
    '!redis|str',
    '!redis|hll',
    '!hs|meta',
    '!st|meta',
    '!lst|meta',
    '!zs|meta',
    '!stream|meta',
  ]);
});

test('what is wrong is collected over all types and reported together, each problem with its path', () => {
  expect(
    refused({
      'KEYMAP.jsonl': 'x',
      'strings_ttl.jsonl': '[]',
      'strings/%.bin': '',
      'hll_ttl.jsonl': '{"key":1}',
      'hashes/a.json': '{}',
      'hashes/b.json': '',
      'sets/a.json': collection,
      'lists/a.json': '[]',
      'zsets/a.json': '{"format_version":1,"members":[{}]}',
      'streams/a.jsonl': '',
    }).map((problem) => problem.replace(/: .*/s, '')),
  ).toEqual([
    'redis/db_0/KEYMAP.jsonl:1:1',
    'redis/db_0/strings_ttl.jsonl:1:1',
    'redis/db_0/strings/%.bin',
    'redis/db_0/hll_ttl.jsonl:1:8',
    'redis/db_0/hashes/a.json:1:1',
    'redis/db_0/hashes/b.json:1:1',
    'redis/db_0/lists/a.json:1:1',
    'redis/db_0/zsets/a.json:1:32',
    'redis/db_0/streams/a.jsonl',
  ]);
});

test('a key map that cannot be read is one problem, whatever the number of names that need it', () => {
  const hashed = (digit: string) => `strings/${digit.repeat(32)}__long.bin`;
  expect(refused({ 'KEYMAP.jsonl': 'x', [hashed('a')]: '', [hashed('b')]: '', 'strings/plain.bin': '' })).toEqual([
    expect.stringMatching(/^redis\/db_0\/KEYMAP\.jsonl:1:1: /),
  ]);
});

test('a single problem is thrown as it is', () => {
  const root = temporaryFolder();
  plant(root, { 'hashes/a.json': '' });
  const encode = () => [...encodeRedis(new InputTree(root), nothing)];
  expect(encode).toThrow(DataError);
  expect(encode).not.toThrow(TreeProblemsError);
});

test('problems come behind the last row, so that a caller sees all of them after the walk', () => {
  const root = temporaryFolder();
  plant(root, { 'hashes/a.json': '', 'hashes/b.json': collection, 'streams/z.jsonl': '{"_meta":true}' });
  const keys: string[] = [];
  expect(() => {
    for (const { key } of encodeRedis(new InputTree(root), nothing)) keys.push(Buffer.from(key).toString('latin1'));
  }).toThrow(/a\.json:1:1/);
  expect(keys).toEqual(['!hs|meta|\0\0\0\x01b', '!stream|meta|\0\0\0\x01z']);
});

test('of 64 problems and more, 64 are reported, and that there may be others', () => {
  const root = temporaryFolder();
  plant(root, Object.fromEntries(Array.from({ length: 70 }, (_, i) => [`sets/${i}.json`, ''])));
  let thrown: unknown;
  try {
    for (const record of encodeRedis(new InputTree(root), nothing)) void record;
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(TreeProblemsError);
  const { problems, complete, message } = thrown as TreeProblemsError;
  expect(problems).toHaveLength(64);
  expect(complete).toBe(false);
  expect(message).toMatch(/^at least 64 problems:\n/);
});

test('rows are made one by one: files behind the one at hand are not read yet', () => {
  const root = temporaryFolder();
  plant(root, { 'hashes/a.json': collection, 'hashes/b.json': 'broken' });
  const records = encodeRedis(new InputTree(root), nothing);
  expect(Buffer.from(records.next().value!.key).toString('latin1')).toBe('!hs|meta|\0\0\0\x01a');
  expect(records.return(undefined)).toEqual({ value: undefined, done: true });
});

test('an unknown field is warned of once, whatever the number of files and types it is in', () => {
  const { warnings } = encoded({
    'hashes/a.json': '{"format_version":1,"fields":[],"note":1}',
    'sets/b.json': '{"format_version":1,"members":[],"note":1}',
    'streams/c.jsonl': '{"_meta":true,"note":1}',
    'strings_ttl.jsonl': '{"key":"d","note":1}',
    'strings/d.bin': '',
  });
  expect(warnings).toEqual([
    {
      event: 'unknown_field',
      message: expect.stringMatching(/"note" .*strings_ttl\.jsonl:1$/),
      fields: { field: 'note', count: 4 },
      loss: true,
    },
  ]);
});

/** A tree in which the listing of a folder ends with an error. */
class FailingTree extends InputTree {
  readonly folder: string;
  readonly error: Error;

  constructor(root: string, folder: string, error: Error) {
    super(root);
    this.folder = folder;
    this.error = error;
  }

  override *entries(path: string) {
    yield* super.entries(path);
    if (path === this.folder) throw this.error;
  }
}

const FOLDERS = ['strings', 'hll', 'hashes', 'sets', 'lists', 'zsets', 'streams'].map((name) => `redis/db_0/${name}`);

test.each(['redis', 'redis/db_0', ...FOLDERS])('an error in listing %s is a problem among others', (folder) => {
  const root = temporaryFolder();
  plant(root, {
    'strings/%.bin': '',
    'hll/%.bin': '',
    ...Object.fromEntries(FOLDERS.map((path) => [`../../${path}/notes`, ''])),
  });
  const gone = new FailingTree(root, folder, new DataError(`${folder} went away`));
  expect(problemsOf(gone)).toEqual([
    ...(folder.split('/').length < 3 ? [`${folder} went away`] : []),
    ...FOLDERS.flatMap((path) => [
      ...(/strings|hll/.test(path) ? [expect.stringContaining(`${path}/%.bin: `)] : []),
      ...(path === folder ? [`${folder} went away`] : []),
    ]),
  ]);
});

test('what the machine refuses when a folder is listed ends the run at once', () => {
  const root = temporaryFolder();
  plant(root, { 'strings/%.bin': '' });
  const refusing = new FailingTree(root, 'redis/db_0/strings', new EnvironmentError('permission denied'));
  expect(() => encodedTree(refusing)).toThrow(new EnvironmentError('permission denied'));
});

test.each([1, 64])('unknown fields are reported also when there are %i problems', (count) => {
  const root = temporaryFolder();
  plant(root, {
    'hashes/a.json': '{"format_version":1,"extra":1}',
    ...Object.fromEntries(Array.from({ length: count }, (_, i) => [`sets/${i}.json`, ''])),
  });
  const warnings: Warning[] = [];
  expect(problemsOf(root, { warn: (warning) => warnings.push(warning) })).toHaveLength(count);
  expect(warnings).toMatchObject([{ event: 'unknown_field', fields: { field: 'extra', count: 1 } }]);
});
