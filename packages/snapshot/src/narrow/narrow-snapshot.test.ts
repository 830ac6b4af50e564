import { type Entry, snapshotBytes } from '@ekv/test-support/node-file';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { RowError } from '../errors.ts';
import type { CheckedSnapshot } from '../read/checked-snapshot.ts';
import { openSnapshot } from '../read/open-snapshot.ts';
import { ScratchFolder } from '../sort/scratch.ts';
import { narrowSnapshot } from './narrow-snapshot.ts';

const FAMILIES = ['!a|', '!a|m|', '!b|'];

let scratch: ScratchFolder;
beforeEach(() => {
  scratch = new ScratchFolder();
});
afterEach(() => scratch.remove());

function checked(entries: readonly Entry[]): CheckedSnapshot {
  const bytes = snapshotBytes(entries, { footer: true });
  const read = (position: number, into: Uint8Array, at: number, length: number) =>
    bytes.copy(into, at, position, Math.min(position + length, bytes.length));
  const source = { name: 'x.fsm', byteLength: bytes.length, read, close: () => {} };
  return openSnapshot(source, { scratch }).check({ families: FAMILIES });
}

/** What is visible, family by family, with bodies as they are found by their places. */
function rowsOf(source: CheckedSnapshot): Record<string, string[]> {
  return Object.fromEntries(
    FAMILIES.map((family) => {
      const found: string[] = [];
      for (const rows = source.rows(family, { bodies: 'passed over' }); rows.next(); ) {
        const body = Buffer.alloc(rows.valueEnd - rows.valueStart);
        source.readAt(rows.valueOffset, body);
        found.push(`${rows.bytes.toString('latin1', rows.keyStart, rows.keyEnd)}=${body}`);
      }
      expect(source.count(family)).toBe(found.length);
      return [family, found];
    }),
  );
}

const entry = fc.record({
  key: fc
    .tuple(
      fc.constantFrom('!a|', '!a|m|', '!b|', '!c|'),
      fc.string({ unit: fc.constantFrom('k', '\xff', '\0'), maxLength: 3 }),
    )
    .map((parts) => parts.join('')),
  timestamp: fc.bigInt({ min: 1n, max: 9n }),
  value: fc.constantFrom('', 'v', 'long'.repeat(50)).map((text) => Buffer.from(text)),
  isDeletion: fc.boolean(),
});
const entries = fc.uniqueArray(entry, { maxLength: 30, selector: ({ key, timestamp }) => `${key} ${timestamp}` });

test('a part of a snapshot is the snapshot that has that part alone', () => {
  let rows = 0;
  fc.assert(
    fc.property(entries, fc.constantFrom('k', '\xff', '\0'), (all, end) => {
      const part = all.filter(({ key }) => key.endsWith(end));
      const looked: number[] = [];
      const narrowed = narrowSnapshot(checked(all), {
        families: FAMILIES,
        scratch,
        keeps: (bytes, _, keyEnd, valueBytes) => {
          looked.push(valueBytes);
          return bytes.toString('latin1', keyEnd - 1, keyEnd) === end;
        },
      });
      const alone = checked(part);
      expect(rowsOf(narrowed.source)).toEqual(rowsOf(alone));
      const { entries, superseded, tombstones, families } = narrowed.source.summary;
      const { summary } = alone;
      expect({ entries, superseded, tombstones, families }).toEqual({
        entries: summary.entries,
        superseded: summary.superseded,
        tombstones: summary.tombstones,
        families: summary.families,
      });
      expect(looked).toHaveLength(all.length);
      rows += summary.entries;
      narrowed.close();
    }),
    { numRuns: 300 },
  );
  expect(rows).toBeGreaterThan(150);
});

describe('of a part of a snapshot', () => {
  const all = Array.from({ length: 50 }, (_, i) => ({
    key: `!a|${String(i).padStart(2, '0')}`,
    value: Buffer.from(`v${i}`),
  }));

  test('an error about a row names the file and the place in it', () => {
    const whole = checked(all);
    const { source, close } = narrowSnapshot(whole, {
      families: FAMILIES,
      scratch,
      keeps: (bytes, _, end) => bytes[end - 1] === 0x37,
    });
    const rows = source.rows('!a|');
    rows.next();
    rows.next();
    expect(source.located(new RowError('is odd', { offset: rows.offset, key: Buffer.from('!a|17') })).message).toMatch(
      /^x\.fsm: entry 18 at offset \d+, key !a\|17: is odd$/,
    );
    close();
  });

  test('families that come later are found, too', () => {
    const { source, close } = narrowSnapshot(checked([...all, { key: '!c|x' }]), {
      families: ['!a|'],
      scratch,
      keeps: () => true,
    });
    expect(source.withFamilies(['!c|']).count('!c|')).toBe(1);
    close();
  });
});
