import { ArgumentError, type SnapshotRow } from '@ekv/snapshot';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decoded, TIMESTAMP } from '../decode/decoded.test-data.ts';
import type { NodeRow } from '../decode/node-file.test-data.ts';
import {
  hashRecords,
  hyperLogLogRecords,
  listRecords,
  setRecords,
  sortedSetRecords,
  streamRecords,
  stringRecord,
} from '../index.ts';
import { keysOf } from '../read/read-rows.test-data.ts';

/** An argument, and what it stands for; `WRONG` for one that must be refused. */
interface Given {
  // biome-ignore lint/suspicious/noExplicitAny: wrong types are the matter here.
  readonly given: any;
  readonly means: unknown;
}

const WRONG = Symbol('wrong');
const good = <T>(values: fc.Arbitrary<T>, meaning: (value: T) => unknown): fc.Arbitrary<Given> =>
  values.map((given) => ({ given, means: meaning(given) }));
const wrong = (...values: readonly unknown[]): fc.Arbitrary<Given> =>
  fc.constantFrom(...values).map((given) => ({ given, means: WRONG }));
const oftenGood = (goods: readonly fc.Arbitrary<Given>[], bad: fc.Arbitrary<Given>) =>
  fc.oneof(...goods.map((arbitrary) => ({ weight: 10, arbitrary })), { weight: 1, arbitrary: bad });

const latin1 = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');
const NO_BYTES = [null, undefined, 7, 7n, true, Symbol.iterator, ['a'], {}, new Date(), 'a\ud800', new Float64Array(1)];
const text = good(fc.string({ unit: 'grapheme', maxLength: 6 }), (some) => latin1(Buffer.from(some)));
const bytes = oftenGood(
  [
    text,
    good(fc.uint8Array({ maxLength: 6 }), latin1),
    good(
      fc.constantFrom('\xff\x01', '\xff\x02\x01', 'd|', '').map((some) => Buffer.from(some, 'latin1')),
      latin1,
    ),
  ],
  wrong(...NO_BYTES),
);
const utf8 = oftenGood([text], wrong(...NO_BYTES, Buffer.from([0xff]), Buffer.from([0xed, 0xa0, 0x80])));

const expiry = oftenGood(
  [
    good(fc.constantFrom(undefined, null, 0, 0n, -1, -1n), () => null),
    good(fc.bigInt({ min: 1n, max: 2n ** 63n - 1n }), (some) => some),
    good(fc.integer({ min: 1 }), BigInt),
    good(fc.date({ min: new Date(1), noInvalidDate: true }), (some) => BigInt(some.getTime())),
  ],
  wrong(-2, -2n, -7n, 1.5, Number.NaN, 2 ** 60, 2n ** 63n, '5', true, new Date(0), new Date(-1), new Date(Number.NaN), [
    5n,
  ]),
);
/** The expiry alone, or in options, and now and then a wrong option. */
const options = fc.oneof(
  { weight: 5, arbitrary: expiry },
  { weight: 5, arbitrary: expiry.map(({ given, means }) => ({ given: { expireAt: given, warn: () => {} }, means })) },
  { weight: 1, arbitrary: wrong({ expiresAt: 5 }, { warn: 'x' }, 'x') },
);
const score = oftenGood(
  [
    good(fc.double({ noNaN: true }), (some) => some),
    good(
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((some) => (Object.is(some, -0) ? '-0' : String(some))),
      Number,
    ),
    good(fc.constantFrom('inf', '+inf', Buffer.from('inf'), '+Infinity'), () => Number.POSITIVE_INFINITY),
    good(fc.constant('-inf'), () => Number.NEGATIVE_INFINITY),
  ],
  wrong(Number.NaN, 'nan', '', ' 1', '1 ', '0x10', '1e999', '1,5', null, undefined, 5n, {}, [1], Buffer.from('a')),
);
const number = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const id = oftenGood(
  [
    good(fc.record({ ms: number, seq: number }), ({ ms, seq }) => `${ms}-${seq}`),
    good(
      fc.tuple(number, number).map((both) => both.join('-')),
      (some) => some,
    ),
    good(
      fc.tuple(number, number).map((both) => Buffer.from(both.join('-'))),
      String,
    ),
  ],
  wrong(
    '',
    '1',
    '1-',
    '01-1',
    '1-1-1',
    '-1-1',
    `${2n ** 64n}-0`,
    1,
    1n,
    null,
    {},
    { ms: -1n, seq: 0 },
    { ms: 1.5, seq: 0 },
  ),
);

type Parts = Readonly<Record<string, Given>>;
const meaningOf = (parts: readonly Given[]) =>
  parts.some(({ means }) => means === WRONG) ? WRONG : parts.map(({ means }) => means);

/** A collection of elements that differ in what their first part means. */
function elementsOf(element: fc.Arbitrary<Given>): fc.Arbitrary<Given> {
  const name = ({ means }: Given) => (Array.isArray(means) ? means[0] : means);
  return oftenGood(
    [
      fc
        .uniqueArray(element, { selector: name, comparator: (a, b) => a !== WRONG && a === b, maxLength: 4 })
        .map((all) => ({
          given: all.map(({ given }) => given),
          means: meaningOf(all),
        })),
    ],
    wrong(null, undefined, 'ab', 5, new Uint8Array(2), new Date(), Promise.resolve([]), () => []),
  );
}
const pair = (parts: fc.Arbitrary<Parts>, forms: (parts: Parts) => readonly unknown[]) =>
  fc.oneof(
    {
      weight: 12,
      arbitrary: fc.tuple(parts, fc.nat()).map(([some, i]) => {
        const all = forms(some);
        return { given: all[i % all.length], means: meaningOf(Object.values(some)) };
      }),
    },
    { weight: 1, arbitrary: wrong(null, 'ab', ['a'], ['a', 'b', 'c'], 5, new Uint8Array(2)) },
  );
const field = pair(fc.record({ name: bytes, value: bytes }), ({ name, value }) => [
  [name!.given, value!.given],
  { name: name!.given, value: value!.given },
]);
const member = pair(fc.record({ member: bytes, score }), ({ member: some, score: of }) => [
  [some!.given, of!.given],
  { member: some!.given, score: of!.given },
  { value: some!.given, score: of!.given },
]);
const fieldsOfEntry = fc.array(fc.tuple(utf8, utf8), { maxLength: 2 }).chain((pairs) => {
  const given = pairs.map(([name, value]) => [name.given, value.given]);
  const means = meaningOf(pairs.flat());
  const back =
    means === WRONG
      ? WRONG
      : pairs.map((both) => both.map(({ means: part }) => Buffer.from(part as string, 'latin1').toString()));
  return fc.constantFrom({ given, means: back }, { given: given.flat(), means: back });
});
const entry = pair(fc.record({ id, fields: fieldsOfEntry }), ({ id: some, fields }) => [
  [some!.given, fields!.given],
  { id: some!.given, fields: fields!.given },
  { id: some!.given, message: fields!.given },
]);

const byBytes = (a: string, b: string) => Buffer.compare(Buffer.from(a, 'latin1'), Buffer.from(b, 'latin1'));
const byName = (a: [string], b: [string]) => byBytes(a[0], b[0]);
const idNumber = ([some]: [string]) =>
  some
    .split('-')
    .map(BigInt)
    .reduce((ms, seq) => (ms << 64n) | seq);

// biome-ignore lint/suspicious/noExplicitAny: as above.
type Make = (key: any, value: any, options: any) => Iterable<SnapshotRow>;
// biome-ignore lint/suspicious/noExplicitAny: what a value means is known by its type alone.
const TYPES: ReadonlyArray<readonly [string, fc.Arbitrary<Given>, Make, (means: any) => unknown]> = [
  ['string', bytes, (...given) => [stringRecord(...given)], (means) => means],
  ['hyperloglog', bytes, hyperLogLogRecords, (means) => means],
  ['hash', elementsOf(field), hashRecords, (means) => means.sort(byName)],
  ['list', elementsOf(bytes), listRecords, (means) => means],
  ['set', elementsOf(bytes), setRecords, (means) => means.sort(byBytes)],
  [
    'zset',
    elementsOf(member),
    sortedSetRecords,
    (means) => means.sort(byName).map(([some, of]: [string, number]) => ({ member: some, score: of })),
  ],
  [
    'stream',
    elementsOf(entry),
    streamRecords,
    (means) =>
      means
        .sort((a: [string], b: [string]) => (idNumber(a) < idNumber(b) ? -1 : 1))
        .map(([some, fields]: [string, unknown]) => ({ id: some, fields })),
  ],
];

test.each(TYPES)(
  'whatever is given for a %s is refused with an ArgumentError, or decode gives the same back',
  (type, values, make, back) => {
    let accepted = 0;
    fc.assert(
      fc.property(bytes, values, options, (key, value, when) => {
        let rows: NodeRow[];
        try {
          rows = Array.from(make(key.given, value.given, when.given), (row) => ({
            key: row.key,
            value: row.value as Uint8Array,
            timestamp: TIMESTAMP,
          }));
        } catch (error) {
          expect(error).toBeInstanceOf(ArgumentError);
          expect([key, value, when].map(({ means }) => means)).toContain(WRONG);
          return;
        }
        accepted++;
        expect([key, value, when].map(({ means }) => means)).not.toContain(WRONG);
        expect(decoded(...rows).warnings).toEqual([]);
        const [found, ...others] = keysOf(rows);
        expect(others).toEqual([]);
        expect(found).toMatchObject({ type, key: key.means, expireAt: when.means });
        expect(found!.value).toEqual(back(value.means));
      }),
      { numRuns: 40 },
    );
    expect(accepted).toBeGreaterThan(5);
  },
  30_000,
);
