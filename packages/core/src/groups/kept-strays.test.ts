import { parseRanges } from '@ekv/routing';
import { type CheckedSnapshot, mergeSnapshots, openSnapshot, ScratchFolder } from '@ekv/snapshot';
import type { Entry } from '@ekv/test-support/node-file';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { groupBytes } from './groups.test-data.ts';
import { KeptStrays } from './kept-strays.ts';
import { StrayCheck } from './stray-check.ts';

const scratch = new ScratchFolder();
afterAll(() => scratch.remove());

const FAMILY = '!redis|str|';
const RANGES = parseRanges(':b=1,b:=2', 'ranges');

/** Keys and versions, of which some keys lie between two versions of another one. */
const key = fc.constantFrom('a', 'a\xfe', 'a\xfe\xff\xff\xff\xff\xff\xff\xff', 'b', 'b\xfe', 'b\xff\xff', 'c');
const timestamp = fc.constantFrom(1n, 2n, 1n << 56n, (1n << 57n) + 3n);
const version = fc.record({ key, timestamp, isDeletion: fc.boolean() });
const versions = fc.uniqueArray(version, { maxLength: 12, selector: ({ key, timestamp }) => `${key}@${timestamp}` });

type Version = typeof version extends fc.Arbitrary<infer V> ? V : never;

function checkedOf(rows: readonly Version[], name: string): CheckedSnapshot {
  const entries = rows.map(({ key, ...more }): Entry => ({ key: FAMILY + key, value: Buffer.from('v'), ...more }));
  const bytes = groupBytes(entries);
  const source = {
    name,
    byteLength: bytes.length,
    read: (position: number, into: Uint8Array, at: number, length: number) =>
      bytes.copy(into, at, position, position + length),
    close: () => {},
  };
  return openSnapshot(source, { scratch }).check({ families: [FAMILY] });
}

/** What is left by the definition: of each key all versions of the group that serves it, or else those of the others. */
function kept(inputs: readonly (readonly Version[])[]): string[] {
  const isOwn = (input: number, key: string) => (key < 'b' ? 0 : 1) === input;
  const left = inputs.flatMap((rows, i) =>
    rows.filter(({ key }) => {
      const isServed = inputs.some((others, j) => isOwn(j, key) && others.some((other) => other.key === key));
      return isOwn(i, key) || !isServed;
    }),
  );
  return left.map(({ key, timestamp }) => `${key}@${timestamp}`).sort();
}

test('of each key the versions of the group that serves it are left, or else those of the other groups', () => {
  fc.assert(
    fc.property(fc.tuple(versions, versions), (rows) => {
      const inputs = rows.map((one, i) => checkedOf(one, `${i}.fsm`));
      const strays = new KeptStrays(inputs, new StrayCheck(RANGES, [1n, 2n]), scratch);
      const merged = mergeSnapshots(inputs, { name: 'all', families: [FAMILY], scratch, strays });
      strays.close();
      const found: string[] = [];
      const entries = merged.source.entries();
      while (entries.next()) {
        const { bytes, keyStart, keyEnd } = entries;
        found.push(`${bytes.toString('latin1', keyStart + FAMILY.length, keyEnd)}@${entries.timestamp}`);
      }
      merged.close();
      expect(found.sort()).toEqual(kept(rows));
    }),
    { numRuns: 20 },
  );
});
