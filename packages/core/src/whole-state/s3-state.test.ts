import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { type Rows, StatePlace } from './whole-state.test-data.ts';

const part = (text: string) => `${text.replaceAll('\0', '\0\xff')}\0\x01`;
const u64 = (value: number) => String.fromCharCode(0, 0, 0, 0, 0, 0, 0, value);

const ID = '91b5251551b446af2667aca61d64f984';
const upload = (bucket: string, generation: number, id = ID, object = 'o\0p') =>
  `${part(bucket)}${u64(generation)}${part(object)}${part(id)}`;
const uploadValue = (bucket: string, generation: number, more = '') =>
  `{"bucket":"${bucket}","object":"o\\u0000p","generation":${generation},"upload_id":"${ID}","created_hlc":117691947941036032${more}}`;
const partValue = (number: number, sizes: number[], more = '') =>
  `{"part_no":${number},"etag":"e","size_bytes":${sizes.reduce((a, b) => a + b, 0)},"chunk_count":${sizes.length}${sizes.length === 0 ? '' : `,"chunk_sizes":[${sizes}]`}${more}}`;
const bucketRows = (name: string, generation: number, counter = generation): Rows => ({
  [`!s3|bucket|meta|${part(name)}`]: `{"bucket_name":"${name}","generation":${generation},"created_at_hlc":18446744073709551615,"owner":"","region":"r","acl":"private"}`,
  [`!s3|bucket|gen|${part(name)}`]: u64(counter),
});

const METADATA = ',"content_type":"text/\\u003cx\\u003e","metadata":{"__proto__":"p","a":"b"}';
const VERSION = ',"part_version":7,"chunk_ref_version":6';

/** Two buckets with an open upload of one id each, the first with two parts, one of them without a version. */
const ROWS: Rows = {
  ...bucketRows('attic', 3),
  [`!s3|upload|meta|${upload('attic', 3)}`]: uploadValue('attic', 3, METADATA),
  [`!s3|gc|upload|${upload('attic', 3)}`]: uploadValue('attic', 3, METADATA),
  [`!s3|upload|part|${upload('attic', 3)}${u64(1)}`]: partValue(1, [3, 2], VERSION),
  [`!s3|blob|${upload('attic', 3)}${u64(1)}${u64(0)}${u64(7)}`]: 'abc',
  [`!s3|blob|${upload('attic', 3)}${u64(1)}${u64(1)}${u64(7)}`]: '\xff\0',
  [`!s3|upload|part|${upload('attic', 3)}${u64(4)}`]: partValue(4, [1]),
  [`!s3|blob|${upload('attic', 3)}${u64(4)}${u64(0)}`]: 'x',
  ...bucketRows('zebra', 1, 9),
  [`!s3|upload|meta|${upload('zebra', 1)}`]: uploadValue('zebra', 1),
  [`!s3|gc|upload|${upload('zebra', 1)}`]: uploadValue('zebra', 1),
  [`!s3|upload|part|${upload('zebra', 1)}${u64(1)}`]: partValue(1, [2]),
  [`!s3|blob|${upload('zebra', 1)}${u64(1)}${u64(0)}`]: 'zz',
  [`!s3|bucket|gen|${part('gone')}`]: u64(5),
};

let place: StatePlace;
beforeEach(() => {
  place = new StatePlace();
});

const stateWarnings = () => place.warnings.filter(({ event }) => event.startsWith('whole_state'));

test('generations, creation times, counters and open uploads come back byte by byte, and nothing of it is told as lost', () => {
  place.plantRows(ROWS);
  place.decoded({ strict: true });
  expect(place.warnings.filter(({ event }) => event.startsWith('s3_'))).toEqual([]);
  const { rows, result } = place.encoded();
  expect(result).toMatchObject({ outcome: 'published', selfTest: 'passed' });
  expect(rows).toEqual(ROWS);
});

test('the bytes of a part are a file; of uploads with one id each has its own folder', () => {
  place.plantRows(ROWS);
  place.decoded();
  const folder = `ekv/s3/uploads/${ID}`;
  expect(place.read(`${folder}/00001.bin`).length).toBe(5);
  expect(place.read(`${folder}/00004.bin`)).toBe('x');
  expect(place.read(`${folder}~2/00001.bin`)).toBe('zz');
  expect(place.read('CHECKSUMS')).toContain(`  ${folder}/00001.bin\n`);
});

test('objects of a bucket get its generation', () => {
  const head =
    '{"upload_id":"u","etag":"","size_bytes":1,"last_modified_hlc":117691947941036032,"parts":[{"part_no":1,"etag":"","size_bytes":1,"chunk_count":1,"chunk_sizes":[1]}]}';
  place.plantRows({
    ...bucketRows('attic', 3),
    [`!s3|obj|head|${part('attic')}${u64(3)}${part('k')}`]: head,
    [`!s3|blob|${upload('attic', 3, 'u', 'k')}${u64(1)}${u64(0)}`]: 'x',
  });
  place.decoded();
  const { rows, result } = place.encoded();
  expect(result).toMatchObject({ selfTest: 'passed' });
  expect(
    Object.keys(rows!)
      .filter((key) => /head|blob/.test(key))
      .sort(),
  ).toEqual([
    `!s3|blob|${upload('attic', 3, 'elastickv-restore', 'k')}${u64(1)}${u64(0)}`,
    `!s3|obj|head|${part('attic')}${u64(3)}${part('k')}`,
  ]);
});

test.each([
  ['lacks a chunk', { [`!s3|blob|${upload('attic', 3)}${u64(1)}${u64(1)}${u64(7)}`]: undefined }],
  ['has a chunk of another size', { [`!s3|blob|${upload('attic', 3)}${u64(1)}${u64(1)}${u64(7)}`]: 'abc' }],
  ['has a chunk more', { [`!s3|blob|${upload('attic', 3)}${u64(1)}${u64(2)}${u64(7)}`]: 'abc' }],
  [
    'contradicts itself',
    {
      [`!s3|upload|part|${upload('attic', 3)}${u64(1)}`]: partValue(1, [3, 2]).replace(
        '"size_bytes":5',
        '"size_bytes":6',
      ),
    },
  ],
  ['is no JSON', { [`!s3|upload|part|${upload('attic', 3)}${u64(1)}`]: '{' }],
  [
    'has its bytes elsewhere',
    { [`!s3|upload|part|${upload('attic', 3)}${u64(1)}`]: partValue(1, [3, 2], `${VERSION},"offloaded":true`) },
  ],
])('a part that %s is left out, with a warning that --strict refuses', (_, change) => {
  const rows = Object.fromEntries(Object.entries({ ...ROWS, ...change }).filter(([, value]) => value !== undefined));
  place.plantRows(rows as Rows);
  place.decoded();
  expect(stateWarnings()).toMatchObject([{ event: 'whole_state_left_out', loss: true, fields: { count: 1 } }]);
  expect(place.read('ekv/s3/uploads.jsonl')).not.toContain('"part_no":1,"etag":"e","size_bytes":5');
  expect(place.encoded().result).toMatchObject({ selfTest: 'passed' });
  expect(() => place.decoded({ strict: true, output: join(place.folder, 'strict') })).toThrow(/whole_state_left_out/);
});

test('what a server only has not removed yet is not in it', () => {
  place.plantRows({
    ...bucketRows('attic', 3),
    [`!s3|upload|meta|${upload('attic', 2)}`]: uploadValue('attic', 2),
    [`!s3|upload|part|${upload('attic', 3)}${u64(1)}`]: partValue(1, [1], VERSION),
    [`!s3|upload|meta|${upload('nowhere', 1)}`]: uploadValue('nowhere', 1),
  });
  place.decoded();
  expect(existsSync(join(place.tree, 'ekv/s3/uploads.jsonl'))).toBe(false);
  expect(place.encoded().rows).toEqual(bucketRows('attic', 3));
});

test('an upload whose value is no JSON is left out, and folders of others with its id are numbered without it', () => {
  place.plantRows({ ...ROWS, [`!s3|upload|meta|${upload('attic', 3)}`]: '{' });
  place.decoded();
  expect(stateWarnings()).toMatchObject([{ event: 'whole_state_left_out', fields: { count: 1 } }]);
  expect(place.read(`ekv/s3/uploads/${ID}/00001.bin`)).toBe('zz');
  expect(place.encoded().result).toMatchObject({ selfTest: 'passed' });
});

test('a salvaged snapshot has the whole state of what is left', () => {
  place.plantRows({ ...ROWS, [`!s3|upload|meta|${part('attic')}x`]: '{' });
  place.decoded({ salvage: true });
  expect(place.encoded().rows).toEqual(ROWS);
});

describe('an edited tree', () => {
  beforeEach(() => {
    place.plantRows(ROWS);
    place.decoded();
  });

  test('that lost a bucket has neither its uploads nor its state; the self-test passes', () => {
    rmSync(join(place.tree, 's3/attic'), { recursive: true });
    const { rows, result, warnings } = place.encoded();
    expect(result).toMatchObject({ outcome: 'published', selfTest: 'passed' });
    expect(warnings.find(({ event }) => event === 'whole_state_unmatched')).toMatchObject({ fields: { count: 2 } });
    expect(Object.keys(rows!).filter((key) => key.includes('attic'))).toEqual([]);
    expect(Object.keys(rows!)).toHaveLength(7);
  });

  test('whose state of buckets is gone has them as new, and their uploads with them', () => {
    rmSync(join(place.tree, 'ekv/s3/buckets.jsonl'));
    const { rows, result, warnings } = place.encoded();
    expect(result).toMatchObject({ outcome: 'published', selfTest: 'passed' });
    expect(rows![`!s3|upload|meta|${upload('attic', 1)}`]).toContain('"generation":1,');
    expect(warnings.find(({ event }) => event === 'whole_state_new')?.fields).toMatchObject({ example: 'attic' });
  });

  test('whose lines of uploads are gone, or one of them, says which bytes no line names; strict refuses that', () => {
    const unnamed = () =>
      place.encoded({ selfTest: false }).warnings.find(({ event }) => event === 'whole_state_unnamed');
    expect(unnamed()).toBeUndefined();
    place.edit('ekv/s3/uploads.jsonl', (text) => text.replace(/,\{"part_no":4.*?\}/, ''));
    expect(unnamed()).toMatchObject({ loss: true, fields: { count: 1 } });
    expect(unnamed()!.message).toMatch(/ekv\/s3\/uploads\/.*\/00004\.bin/);
    rmSync(join(place.tree, 'ekv/s3/uploads.jsonl'));
    expect(unnamed()!.fields.count).toBeGreaterThan(1);
    expect(place.refusal({ strict: true, selfTest: false })).toMatch(/whole_state_unnamed/);
  });

  test.each([
    ['is missing', (path: string) => rmSync(path), /00001\.bin is missing/],
    [
      'is longer',
      () => place.edit(`ekv/s3/uploads/${ID}/00001.bin`, (text) => `${text}!`),
      /00001\.bin has \d+ bytes, its line in ekv\/s3\/uploads\.jsonl says 5/,
    ],
  ])('is refused when the file of a part %s', (_, change, message) => {
    change(join(place.tree, `ekv/s3/uploads/${ID}/00001.bin`));
    expect(place.refusal()).toMatch(message);
  });

  test.each([
    [
      'buckets',
      (text: string) => text.replace('"bucket":"attic"', '"bucket":""'),
      /buckets\.jsonl:1:1: "bucket" is missing or empty/,
    ],
    ['buckets', (text: string) => text.replace('"created_at_hlc"', '"created"'), /knows no field "created"/],
    [
      'buckets',
      (text: string) =>
        text
          .split(/(?<=\n)/)
          .reverse()
          .join(''),
      /buckets\.jsonl:2:1: it is out of order/,
    ],
    ['counters', (text: string) => text + text, /counters\.jsonl:3:1: it is out of order/],
    ['uploads', (text: string) => text.replace('"object":"', '"object":"='), /"object" must be base64/],
    [
      'uploads',
      (text: string) => text.replace(ID, '../../x~'),
      /uploads\.jsonl:1:1: "upload_id" is missing, or none that a server gives/,
    ],
    [
      'uploads',
      (text: string) => text.replace(ID, '..'),
      /uploads\.jsonl:1:1: "upload_id" is missing, or none that a server gives/,
    ],
    [
      'uploads',
      (text: string) => text.replace('"chunk_sizes":[3,2]', '"chunk_sizes":[3,3]'),
      /:1:1: part 1: "chunk_sizes" does not fit/,
    ],
    [
      'uploads',
      (text: string) => text.replace('"part_no":4', '"part_no":1'),
      /:1:1: part 1 of "parts" does not follow the one before/,
    ],
    ['uploads', (text: string) => text.replace('"etag":"e"', '"tag":"e"'), /"parts" knows no field "tag"/],
    ['uploads', (text: string) => text.slice(0, -3), /uploads\.jsonl:2:/],
  ])('%s.jsonl is refused with file and line when a line breaks a rule', (name, change, message) => {
    const path = `ekv/s3/${name}.jsonl`;
    const before = place.read(path);
    place.edit(path, change);
    expect(place.read(path)).not.toBe(before);
    expect(place.refusal()).toMatch(message);
  });
});
