import { COVERED, LIVE, type VersionState } from '@ekv/snapshot';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type UnitPart, UnitParts, type UnitRow } from './unit-parts.ts';

/** Keys of a tiny alphabet, so that units begin with each other and run into the numbers behind others: a unit of a family, then a number of so many bytes. */
const FAMILIES = [
  { name: 'a', numberBytes: 0 },
  { name: 'b', numberBytes: 2 },
];
const piece = (maxLength: number) =>
  fc.array(fc.constantFrom(0, 0x61, 0xff), { maxLength }).map((bytes) => Buffer.from(bytes));
const rows = fc.array(
  fc.record({
    family: fc.constantFrom(...FAMILIES),
    unit: piece(6),
    number: fc.tuple(fc.constantFrom(0, 0x61, 0xff), fc.constantFrom(0, 0x61, 0xff)).map((bytes) => Buffer.from(bytes)),
    timestamp: fc.constantFrom(0, 0x61, 0xff),
    state: fc.constantFrom<VersionState>(LIVE, COVERED),
    bodyBytes: fc.nat(50),
    committedMs: fc.nat(1000),
  }),
  { maxLength: 60 },
);

type Sum = UnitPart;
const NOTHING: Sum = { rows: 0, bytes: 0, elements: 0, oldVersions: 0, oldBytes: 0, writtenAtMs: 0 };

test('parts are what a plain sum by unit and family gives, each once, however units begin with each other', () => {
  fc.assert(
    fc.property(rows, (given) => {
      const entries = given.map((row) => {
        const head = Buffer.concat([Buffer.from(row.family.name), row.unit]);
        const key = Buffer.concat([head, row.number.subarray(0, row.family.numberBytes)]);
        return {
          ...row,
          prefixLength: head.length,
          key,
          encoded: Buffer.concat([key, Buffer.alloc(7, 0xff), Buffer.of(row.timestamp)]),
        };
      });
      entries.sort((a, b) => a.encoded.compare(b.encoded));
      const want = new Map<string, Sum>();
      const found = new Map<string, Sum>();
      const nameOf = (key: Buffer) => key.toString('latin1', 0, key.length - (key[0] === 0x61 ? 0 : 2));
      const parts = new UnitParts((part, firstKey) => {
        const name = nameOf(firstKey());
        expect(found.has(name)).toBe(false);
        const { rows, bytes, elements, oldVersions, oldBytes, writtenAtMs } = part;
        found.set(name, { rows, bytes, elements, oldVersions, oldBytes, writtenAtMs });
      });
      let previous = Buffer.alloc(0);
      for (const { encoded, key, prefixLength, state, bodyBytes, committedMs, family } of entries) {
        let shared = 0;
        while (shared < previous.length && shared < encoded.length && previous[shared] === encoded[shared]) shared++;
        previous = encoded;
        const row: UnitRow = { bytes: encoded, keyStart: 0, keyEnd: key.length, state, bodyBytes };
        const isElement = family.numberBytes > 0;
        parts.pass(shared);
        parts.add(row, prefixLength, isElement, committedMs);
        const sum = { ...(want.get(nameOf(key)) ?? NOTHING) } as { -readonly [K in keyof Sum]: Sum[K] };
        const bytes = key.length + bodyBytes;
        if (state === LIVE) {
          sum.rows++;
          sum.bytes += bytes;
          sum.elements += isElement ? 1 : 0;
          sum.writtenAtMs = Math.max(sum.writtenAtMs, committedMs);
        } else {
          sum.oldVersions++;
          sum.oldBytes += bytes;
        }
        want.set(nameOf(key), sum);
      }
      parts.end();
      expect(found).toEqual(want);
    }),
    { numRuns: 500 },
  );
});

test('a key of a megabyte is kept whole', () => {
  const key = Buffer.alloc(1 << 20, 0x61);
  const taken: number[] = [];
  const parts = new UnitParts((_, firstKey) => {
    expect(firstKey().equals(key)).toBe(true);
    taken.push(firstKey().length);
  });
  parts.pass(0);
  parts.add({ bytes: key, keyStart: 0, keyEnd: key.length, state: LIVE, bodyBytes: 1 }, key.length, false, 5);
  parts.end();
  expect(taken).toEqual([1 << 20]);
});
