import { linkSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { DataError, EnvironmentError } from '@ekv/snapshot';
import { replaceCall, systemError } from '@ekv/test-support/file-calls';
import { makeFifo } from '@ekv/test-support/system-program';
import { plant, temporaryFolder } from '@ekv/test-support/temporary-folder';
import { expect, test } from 'vitest';
import { InputTree } from '../input/input-tree.ts';
import { encodeFileName, isHashedFileName } from './filename.ts';
import { Keymap } from './keymap.ts';
import { keymapLine } from './keymap-record.ts';

const GOLDEN = join(import.meta.dirname, '../../../../fixtures/golden/tree');
const PATH = 'redis/db_0/KEYMAP.jsonl';

const LONG = Buffer.from('L'.repeat(300));
const OTHER = Buffer.from('M'.repeat(300));

function rootWith(keymap: string | Uint8Array): string {
  const root = temporaryFolder();
  plant(root, { [PATH]: keymap });
  return root;
}

function read(keymap: string | Uint8Array): Keymap {
  return Keymap.read(new InputTree(rootWith(keymap)), PATH)!;
}

function record(original: Uint8Array, fields: Record<string, unknown> = {}): string {
  const base64 = Buffer.from(original).toString('base64url');
  return JSON.stringify({ encoded: encodeFileName(original), original: base64, kind: 'sha-fallback', ...fields });
}

function found(keymap: Keymap, name: Uint8Array): string | undefined {
  const original = keymap.find(encodeFileName(name));
  keymap.close();
  return original && Buffer.from(original).toString();
}

test('a hashed name is found by its record', () => {
  const keymap = read(`${record(LONG)}\n${record(OTHER)}\n`);
  expect(keymap.find(encodeFileName(LONG))).toEqual(LONG);
  expect(keymap.find(encodeFileName(OTHER))).toEqual(OTHER);
  expect(keymap.find(encodeFileName(Buffer.from('N'.repeat(300))))).toBeUndefined();
  keymap.close();
});

test('without the file there are no records', () => {
  expect(Keymap.read(new InputTree(temporaryFolder()), PATH)).toBeUndefined();
});

test('an empty file has no records', () => {
  expect(found(read(''), LONG)).toBeUndefined();
});

test.each([
  ['no line feed at the end', record(LONG)],
  ['a carriage return before the line feed', `${record(LONG)}\r\n`],
  ['blanks and tabs around the object', ` \t${record(LONG)}\t \n`],
  ['blanks inside the object', `${record(LONG).replaceAll('":', '" : ').replace('{', '{ ')}\n`],
  [
    'fields in another order',
    `{"kind":"k","original":"${LONG.toString('base64url')}","encoded":"${encodeFileName(LONG)}"}`,
  ],
  ['unknown fields of any type', record(LONG, { a: null, b: [{ c: 1.5 }], d: 'text' })],
  ['another kind', record(LONG, { kind: 'any text' })],
])('a record may have %s', (_, content) => {
  expect(found(read(content), LONG)).toBe(LONG.toString());
});

test('of several records for a name the last counts', () => {
  const wrong = record(LONG, { original: 'YQ' });
  expect(found(read(`${wrong}\n${record(LONG)}\n`), LONG)).toBe(LONG.toString());
  const keymap = read(`${record(LONG)}\n${wrong}\n`);
  expect(() => keymap.find(encodeFileName(LONG))).toThrow(
    /KEYMAP\.jsonl:2: the original of .* does not belong to this name/,
  );
  keymap.close();
});

test('records that nobody needs are not compared with their names', () => {
  const spare = [
    record(OTHER, { original: '' }),
    record(LONG, { encoded: 'plain' }),
    record(OTHER, { encoded: 's3/é' }),
  ];
  expect(found(read(`${spare.join('\n')}\n${record(LONG)}\n`), LONG)).toBe(LONG.toString());
});

test('a name with upper-case digits looks hashed and is no name of its original', () => {
  const encoded = encodeFileName(LONG).replace(/^[0-9a-f]+/, (digits) => digits.toUpperCase());
  const keymap = read(record(LONG, { encoded }));
  expect(keymap.find(encodeFileName(LONG))).toBeUndefined();
  expect(() => keymap.find(encoded)).toThrow(DataError);
  keymap.close();
});

test('the beginning behind the digest may differ, for only the digest is checked', () => {
  const encoded = encodeFileName(LONG).replace(/L+$/, 'x');
  expect(read(record(LONG, { encoded })).find(encoded)).toEqual(LONG);
});

test('an original that needs no hashed name is none of a hashed one, whatever its digest', () => {
  const encoded = '2c26b46b68ffc68ff99b453c1d304134__foo';
  const keymap = read(record(Buffer.from('foo'), { encoded }));
  expect(() => keymap.find(encoded)).toThrow('does not belong to this name');
  keymap.close();
});

test.each([
  ['an empty line', '', /:2:1: an empty line in a key map; remove it$/],
  ['a line of blanks', ' \t', /:2:3: an empty line in a key map; remove it$/],
  ['no object', '[]', /:2:1: a key map line must be an object, not an array$/],
  ['no JSON', 'encoded=x', /:2:1: /],
  ['two objects on a line', `${record(LONG)}${record(LONG)}`, /:2:\d+: trailing data/],
  ['no "encoded"', '{"original":"","kind":"k"}', /:2:\d+: the field "encoded" is missing in a key map line$/],
  ['no "original"', '{"encoded":"e","kind":"k"}', /:2:\d+: the field "original" is missing in a key map line$/],
  ['no "kind"', '{"encoded":"e","original":""}', /:2:\d+: the field "kind" is missing in a key map line$/],
  ['an "encoded" that is null', record(LONG, { encoded: null }), /:2:\d+: encoded must be a string, not null$/],
  ['an "original" that is a number', record(LONG, { original: 1 }), /:2:\d+: original must be a string, not a number$/],
  ['a "kind" that is an object', record(LONG, { kind: {} }), /:2:\d+: kind must be a string, not an object$/],
  ['an empty "encoded"', record(LONG, { encoded: '' }), /:2:\d+: "encoded" must not be empty$/],
  ['an empty "kind"', record(LONG, { kind: '' }), /:2:\d+: "kind" must not be empty$/],
  ['padding', record(LONG, { original: 'YQ==' }), /:2:\d+: "original" is not base64url without padding$/],
  ['the standard alphabet', record(LONG, { original: '+/+/' }), /"original" is not base64url without padding$/],
  ['an impossible length', record(LONG, { original: 'YWFhY' }), /"original" is not base64url without padding$/],
  ['left-over bits', record(LONG, { original: 'YR' }), /"original" is not base64url without padding$/],
  ['a field twice', '{"kind":"k","kind":"k","encoded":"e","original":""}', /the field "kind" is there twice$/],
  ['a byte order mark', `\ufeff${record(LONG)}`, /:2:1: a byte order mark is not allowed$/],
])('a key map with %s is refused with file and line', (_, line, message) => {
  const open = () => read(`${record(OTHER)}\n${line}\n${record(LONG)}\n`);
  expect(open).toThrow(DataError);
  expect(open).toThrow(message);
  expect(open).toThrow(PATH);
});

test('an empty line at the end is refused too', () => {
  expect(() => read(`${record(LONG)}\n\n`)).toThrow(/:2:1: an empty line/);
});

test('the original may be empty', () => {
  expect(() => read(record(LONG, { original: '' })).close()).not.toThrow();
});

test('a line may have 4194303 bytes and no more', () => {
  const padded = (length: number) => record(LONG).padEnd(length, ' ');
  expect(found(read(`${padded(4_194_303)}\n${record(OTHER)}`), OTHER)).toBe(OTHER.toString());
  expect(() => read(`${record(OTHER)}\n${padded(4_194_304)}\n`)).toThrow(
    /KEYMAP\.jsonl:2: a line is longer than 4194303 bytes$/,
  );
});

test('a key of a mebibyte comes back', () => {
  const key = Buffer.alloc(1 << 20, 'key ');
  const keymap = read(`${record(LONG)}\n${record(key)}\n`);
  expect(Buffer.from(keymap.find(encodeFileName(key))!).equals(key)).toBe(true);
  keymap.close();
});

test('a symlink, a hard link, a FIFO or a folder in its place is refused', () => {
  const places: Array<[string, (path: string) => void]> = [
    ['is a symlink', (path) => symlinkSync('../elsewhere', path)],
    ['is hard-linked', (path) => linkSync(join(path, '../../elsewhere'), path)],
    ['it is a FIFO', makeFifo],
    ['it is a folder', (path) => mkdirSync(path)],
  ];
  for (const [message, make] of places) {
    const root = temporaryFolder();
    plant(root, { 'redis/elsewhere': record(LONG), 'redis/db_0/x': '' });
    make(join(root, PATH));
    const open = () => Keymap.read(new InputTree(root), PATH);
    expect(open).toThrow(DataError);
    expect(open).toThrow(message);
  }
});

test('a key map that is refused is not left open', () => {
  const open = () => readdirSync('/proc/self/fd').length;
  const before = open();
  for (let i = 0; i < 20; i++) expect(() => read('broken')).toThrow(DataError);
  expect(open()).toBe(before);
});

test('a disk that fails while a name is looked for is a fault of the machine', () => {
  const keymap = read(record(LONG));
  replaceCall('readSync', () => {
    throw systemError('EIO');
  });
  expect(() => keymap.find(encodeFileName(LONG))).toThrow(EnvironmentError);
  expect(() => keymap.find(encodeFileName(LONG))).toThrow(/^cannot read .*KEYMAP\.jsonl: /);
});

test('a key map that was cut after it was read is refused', () => {
  const root = rootWith(`${record(OTHER)}\n${record(LONG)}\n`);
  const keymap = Keymap.read(new InputTree(root), PATH)!;
  writeFileSync(join(root, PATH), `${record(OTHER)}\n{`);
  expect(() => keymap.find(encodeFileName(LONG))).toThrow(DataError);
  keymap.close();
});

function hashedNames(root: string): string[] {
  const files = readdirSync(join(root, 'redis'), { recursive: true, encoding: 'utf8' });
  return files.map((file) => basename(file).replace(/\.(bin|jsonl?)$/, '')).filter(isHashedFileName);
}

const trees = (name: string) => readdirSync(join(GOLDEN, name)).filter((tree) => tree.startsWith('t-'));

test.each(trees('keymap-rejected'))('the recorded key map %s is refused', (name) => {
  expect(() => Keymap.read(new InputTree(join(GOLDEN, 'keymap-rejected', name)), PATH)).toThrow(DataError);
});

test.each(trees('keymap-read-tolerances'))('the recorded key map %s has the originals of all names', (name) => {
  const root = join(GOLDEN, 'keymap-read-tolerances', name);
  const keymap = Keymap.read(new InputTree(root), PATH)!;
  const names = hashedNames(root);
  expect(names.length).toBeGreaterThan(0);
  for (const encoded of names) expect(encodeFileName(keymap.find(encoded)!)).toBe(encoded);
  keymap.close();
});

test.each(trees('beyond-reference/keymap-original-checked'))('the recorded key map %s is not believed', (name) => {
  const root = join(GOLDEN, 'beyond-reference/keymap-original-checked', name);
  const keymap = Keymap.read(new InputTree(root), PATH)!;
  const names = hashedNames(root);
  expect(() => names.map((encoded) => keymap.find(encoded))).toThrow('does not belong to this name');
  keymap.close();
});

test('the records of a recorded key map give its bytes', () => {
  const recorded = readFileSync(join(GOLDEN, 'keymap-every-redis-type/tree', PATH));
  const lines = recorded.toString().split('\n').slice(0, -1);
  expect(lines).toHaveLength(11);
  const records = lines.map((line) => JSON.parse(line) as { encoded: string; original: string; kind: string });
  const written = records.map((fields) =>
    keymapLine({ ...fields, original: Buffer.from(fields.original, 'base64url') }),
  );
  expect(Buffer.concat(written).equals(recorded)).toBe(true);
});
