import { TreeProblemsError } from '@ekv/dump-tree';
import { RowError } from '@ekv/snapshot';
import { describe, expect, test } from 'vitest';
import { decoded, f64, hex, lengthKey, row, salvaged, u64 } from './decoded.test-data.ts';

const json = (file: string | undefined) => JSON.parse(Buffer.from(file!, 'latin1').toString());

const ENTRY = hex('0052584501 0a03 312d31');
const WHOLE = [
  row('!redis|str|s', 'text'),
  row('!redis|ttl|s', u64(5n)),
  row(lengthKey('!hs|fld|', 'h', 'f'), 'v'),
  row(lengthKey('!hs|meta|', 'h'), u64(1n)),
  row(`!lst|itm|l${u64(0n)}`, 'item'),
  row('!lst|meta|l', u64(0n, 1n, 1n)),
  row(lengthKey('!st|mem|', 'set', 'm')),
  row(lengthKey('!zs|mem|', 'z', 'm'), f64(1)),
  row(lengthKey('!stream|entry|', 'x', u64(1n, 1n)), ENTRY),
  row(lengthKey('!stream|meta|', 'x'), u64(1n, 1n, 1n)),
];

const DAMAGED = [
  ['a string whose header is cut', row('!redis|str|bad', hex('ff01'))],
  ['a HyperLogLog whose header is cut', row('!redis|hll|bad', hex('ff0201'))],
  ['an expiry of seven bytes', row('!redis|ttl|bad', '1234567')],
  ['a hash field whose key is cut', row('!hs|fld|\0\0', 'v')],
  ['hash metadata of seven bytes', row(lengthKey('!hs|meta|', 'bad'), '1234567')],
  ['set metadata with an absurd count', row(lengthKey('!st|meta|', 'bad'), u64(1n << 63n))],
  ['a set member whose key is cut', row('!st|mem|\xff\0\0\0x')],
  ['a score of seven bytes', row(lengthKey('!zs|mem|', 'bad', 'm'), '1234567')],
  ['a score that is NaN', row(lengthKey('!zs|mem|', 'bad', 'm'), f64(Number.NaN))],
  ['an old hash without its magic', row('!redis|hash|bad', 'broken')],
  ['an old set without its magic', row('!redis|set|bad', 'broken')],
  ['an old sorted set that is cut', row('!redis|zset|bad', hex('00525a01 0a0c 0a01'))],
  ['a list item whose key is cut', row('!lst|itm|bad', 'item')],
  ['list metadata of seven bytes', row('!lst|meta|bad', '1234567')],
  ['a stream entry without its magic', row(lengthKey('!stream|entry|', 'x', u64(0n, 9n)), 'broken')],
  ['a stream entry without an id', row(lengthKey('!stream|entry|', 'x', 'id'), ENTRY)],
  ['stream metadata of seven bytes', row(lengthKey('!stream|meta|', 'bad'), '1234567')],
] as const;

test.each(DAMAGED)('%s is left out and counted, the rest is there', (_, wrong) => {
  const whole = decoded(...WHOLE);
  const result = salvaged(...WHOLE, wrong);
  expect(result.counts).toEqual({ rows: 1 });
  expect(result.files).toEqual(whole.files);
});

test('of a whole snapshot everything is there, and nothing is counted', () => {
  const { counts, ...result } = salvaged(...WHOLE);
  expect([counts, result]).toEqual([undefined, decoded(...WHOLE)]);
});

describe('what belongs to a row that is left out', () => {
  test('a collection is written with the elements that are left', () => {
    const wrong = row(lengthKey('!zs|mem|', 'z', 'n'), 'x');
    expect(json(salvaged(...WHOLE, wrong).files['zsets/z.json']).members).toEqual([{ member: 'm', score: 1 }]);
  });

  test('an expiry of a string that is left out belongs to nothing', () => {
    const { files, counts, warnings } = salvaged(row('!redis|str|bad', hex('ff01')), row('!redis|ttl|bad', u64(5n)));
    expect([files, counts]).toEqual([{}, { rows: 1, orphans: 1 }]);
    expect(warnings).toMatchObject([
      { event: 'redis_orphan_ttl', message: expect.stringContaining('no row that can be read'), fields: { count: 1 } },
    ]);
  });

  test('the entries of a stream whose metadata is damaged are left out and counted', () => {
    const entries = [1n, 2n, 3n].map((ms) => row(lengthKey('!stream|entry|', 'x', u64(ms, 0n)), ENTRY));
    const { files, counts, warnings } = salvaged(...entries, row(lengthKey('!stream|meta|', 'x'), '1234567'));
    expect([files, counts]).toEqual([{}, { rows: 1, orphans: 3 }]);
    expect(warnings).toMatchObject([{ message: expect.stringContaining('without a metadata row that can be read') }]);
  });

  test('the elements of a collection whose metadata is damaged are written: none is left out', () => {
    const fields = ['f', 'g'].map((field) => row(lengthKey('!hs|fld|', 'h', field), 'v'));
    const { files, counts } = salvaged(...fields, row(lengthKey('!hs|meta|', 'h'), '1234567'));
    expect(json(files['hashes/h.json']).fields).toHaveLength(2);
    expect(counts).toEqual({ rows: 1 });
  });

  test('rows that belong to nothing are no damage of a snapshot that is whole otherwise', () => {
    const entry = row(lengthKey('!stream|entry|', 'gone', u64(1n, 1n)), ENTRY);
    expect(salvaged(...WHOLE, row('!redis|ttl|gone', u64(5n)), entry).counts).toBeUndefined();
  });

  test('an old form that is damaged is left out beside elements, and the elements stay', () => {
    const { files, counts } = salvaged(...WHOLE, row('!redis|zset|z', 'broken'));
    expect([files, counts]).toEqual([decoded(...WHOLE).files, { rows: 1 }]);
  });

  test('a stream tells the number of entries that are left, and no last id below them', () => {
    const { files, counts } = salvaged(
      row(lengthKey('!stream|entry|', 'x', u64(2n, 3n)), ENTRY),
      row(lengthKey('!stream|meta|', 'x'), u64(9n, 2n, 1n)),
    );
    expect(counts).toEqual({ streams: 1 });
    expect(files['streams/x.jsonl']).toContain('"length":1,"last_ms":2,"last_seq":3');
  });
});

function refusal(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was refused');
}

describe('rows that break a rule, of a snapshot that is not salvaged', () => {
  test('are thrown together, each once, of whatever family they are', () => {
    // Some of the examples have one key; a row is there once.
    const distinct = [...new Map(DAMAGED.map(([, one]) => [Buffer.from(one.key).toString('latin1'), one])).values()];
    const apart = distinct.map((one) => (refusal(() => decoded(...WHOLE, one)) as RowError).rule);
    const error = refusal(() => decoded(...WHOLE, ...distinct));
    expect(error).toBeInstanceOf(TreeProblemsError);
    const together = (error as TreeProblemsError).problems.map((line) =>
      line.replace(/^entry at offset \d+, key .*?: /, ''),
    );
    expect(together.sort()).toEqual(apart.sort());
  });

  test.each(DAMAGED)('%s alone is thrown as itself', (_, wrong) => {
    const error = refusal(() => decoded(...WHOLE, wrong));
    expect(error).toBeInstanceOf(RowError);
    expect(Buffer.from((error as RowError).key)).toEqual(wrong.key);
  });

  test('are collected up to 64', () => {
    const many = Array.from({ length: 70 }, (_, i) => row(`!redis|ttl|${i}`, 'x'));
    const error = refusal(() => decoded(...WHOLE, ...many)) as TreeProblemsError;
    expect([error.problems.length, error.complete]).toEqual([64, false]);
  });
});
