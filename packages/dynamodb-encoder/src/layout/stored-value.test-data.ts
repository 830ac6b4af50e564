import fc from 'fast-check';
import { type Attribute, orderedByName, type StoredValue } from './stored-value.ts';

/** Names that sort differently as UTF-16 or as numbers, and some that meet. */
const text = fc
  .oneof(
    fc.string({ unit: 'binary', maxLength: 6 }),
    fc.constantFrom('', '9', '10', '__proto__', '\uff61', '\u{10000}'),
  )
  .map((value) => Buffer.from(value));
const bytes = fc.uint8Array({ maxLength: 6 }).map((array) => Buffer.from(array));

/** Any value that a message can hold, but for one without a kind. */
const { value } = fc.letrec<{ value: StoredValue; attributes: Attribute[] }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.record({ kind: fc.constantFrom('S' as const, 'N' as const), bytes: text }),
    fc.record({ kind: fc.constant('B' as const), bytes }),
    fc.record({ kind: fc.constantFrom('BOOL' as const, 'NULL' as const), truth: fc.boolean() }),
    fc.record({ kind: fc.constantFrom('SS' as const, 'NS' as const), elements: fc.array(text, { maxLength: 3 }) }),
    fc.record({ kind: fc.constant('BS' as const), elements: fc.array(bytes, { maxLength: 3 }) }),
    fc.record({ kind: fc.constant('L' as const), values: fc.array(tie('value'), { maxLength: 3 }) }),
    fc.record({ kind: fc.constant('M' as const), entries: tie('attributes') }),
  ),
  attributes: fc.array(fc.record({ name: text, value: tie('value') }), { maxLength: 4 }),
}));

/** The attributes of an item, each name once, in any order. */
export const items: fc.Arbitrary<Attribute[]> = fc
  .array(fc.record({ name: text, value }), { maxLength: 5 })
  .chain((entries) => fc.shuffledSubarray(orderedByName(entries), { minLength: orderedByName(entries).length }));

/** With names in order and each once, on all levels. */
export function normalized(attributes: readonly Attribute[]): Attribute[] {
  return orderedByName([...attributes]).map((entry) => ({ name: entry.name, value: normalizedValue(entry.value) }));
}

function normalizedValue(stored: StoredValue): StoredValue {
  if (stored.kind === 'L') return { kind: 'L', values: stored.values.map(normalizedValue) };
  if (stored.kind === 'M') return { kind: 'M', entries: normalized(stored.entries) };
  return stored;
}
