import fc from 'fast-check';
import type { AttributeValue, Item, TableDefinition } from '../index.ts';

/** Any text, and such with lone surrogates. */
const text = fc.oneof(
  { weight: 80, arbitrary: fc.string({ unit: 'binary', maxLength: 8 }) },
  {
    weight: 1,
    arbitrary: fc.string({ unit: fc.integer({ min: 0xd7ff, max: 0xe001 }).map((c) => String.fromCharCode(c)) }),
  },
);
const decimal = fc.bigInt({ min: -(2n ** 80n), max: 2n ** 80n }).map(String);
const number = fc.oneof(
  decimal,
  fc.double().map(String),
  fc.constantFrom('1.0', '-0', ' 7 ', '1e400', '0x1f', '1/2', 'abc', ''),
);
const bytes = fc.uint8Array({ maxLength: 6 });
const kinds = ['S', 'N', 'B', 'BOOL', 'NULL', 'SS', 'NS', 'BS', 'L', 'M', 's', '$unknown'];

/** What a caller without types may give as a value. */
const wrong = fc.oneof(
  fc.anything({ withBigInt: true, withDate: true, withMap: true, withTypedArray: true }),
  fc
    .record({ kind: fc.constantFrom(...kinds), content: fc.anything({ withBigInt: true, withTypedArray: true }) })
    .map(({ kind, content }) => ({ [kind]: content })),
) as fc.Arbitrary<unknown> as fc.Arbitrary<AttributeValue>;

/** Values as clients have them. */
const rightValue: fc.Arbitrary<AttributeValue> = fc.letrec<{ value: AttributeValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    text.map((S) => ({ S })),
    number.map((N) => ({ N })),
    bytes.map((B) => ({ B })),
    fc.boolean().map((BOOL) => ({ BOOL })),
    fc.boolean().map((NULL) => ({ NULL })),
    fc.array(text, { maxLength: 3 }).map((SS) => ({ SS })),
    fc.array(number, { maxLength: 3 }).map((NS) => ({ NS })),
    fc.array(bytes, { maxLength: 3 }).map((BS) => ({ BS })),
    fc.array(tie('value'), { maxLength: 3 }).map((L) => ({ L })),
    fc
      .uniqueArray(fc.tuple(text, tie('value')), { maxLength: 3, selector: ([name]) => name })
      .map((M) => ({ M: new Map(M) })),
  ),
})).value;

const value = fc.oneof({ weight: 60, arbitrary: rightValue }, { weight: 1, arbitrary: wrong });
const keyValue = fc.oneof(
  {
    weight: 30,
    arbitrary: fc.oneof(
      text.map((S) => ({ S })),
      fc.oneof({ weight: 30, arbitrary: decimal }, { weight: 1, arbitrary: number }).map((N) => ({ N })),
      bytes.map((B) => ({ B })),
    ),
  },
  { weight: 1, arbitrary: value },
);
const attributeName = fc.oneof(fc.constantFrom('', 'h', 'r', 'i', '__proto__', '9', '10'), text);

/** Items with usable keys as a rule. */
const item: fc.Arbitrary<Item> = fc
  .record({ h: keyValue, r: keyValue, i: value, more: fc.array(fc.tuple(attributeName, value), { maxLength: 3 }) })
  .map(({ h, r, i, more }) => new Map<string, AttributeValue>([...more, ['h', h], ['r', r], ['i', i]]));

export const items = fc.array(
  fc.oneof(
    { weight: 150, arbitrary: item },
    { weight: 1, arbitrary: wrong as fc.Arbitrary<unknown> as fc.Arbitrary<Item> },
  ),
  { maxLength: 10 },
);

const maybe = <T>(wanted: fc.Arbitrary<T>): fc.Arbitrary<T> =>
  fc.oneof({ weight: 50, arbitrary: wanted }, { weight: 1, arbitrary: fc.anything() as fc.Arbitrary<T> });

/** Definitions of hash key `h`, and of range key `r` as a rule. */
export const definition: fc.Arbitrary<TableDefinition> = maybe(
  fc.record({
    name: maybe(text),
    hashKey: maybe(fc.constant('h')),
    rangeKey: maybe(fc.constantFrom('r', '', undefined)),
    attributeTypes: maybe(
      fc.constantFrom<TableDefinition['attributeTypes']>({ h: 'S', r: 'N' }, { h: 'other' }, undefined),
    ),
    indexes: maybe(
      fc.array(
        maybe(
          fc.record({
            name: maybe(text),
            hashKey: fc.constantFrom('i', 'h', 'none'),
            rangeKey: fc.constantFrom('i', undefined),
            projection: maybe(fc.constantFrom('ALL', 'INCLUDE', undefined)),
            nonKeyAttributes: maybe(fc.array(text, { maxLength: 2 })),
          }),
        ),
        { maxLength: 2 },
      ),
    ),
  }),
);
