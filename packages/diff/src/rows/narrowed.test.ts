import { ADAPTERS, OwnerFinder, Selection } from '@ekv/core';
import { Progress } from '@ekv/core/run-control';
import { type CheckedSnapshot, openSnapshot, ScratchFolder } from '@ekv/snapshot';
import { type Entry, snapshotBytes } from '@ekv/test-support/node-file';
import { temporaryFolder } from '@ekv/test-support/temporary-folder';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { NEWEST, versions } from '../../../core/src/random-data/random-versions.test-data.ts';
import { RUNS_LIMIT_MS, runs } from '../../../core/src/random-data/runs.test-data.ts';
import { type Comparison, changesBetween, changesByMeaning } from '../compare.ts';
import { jsonOfChange } from '../forms/json-lines.ts';

let scratch: ScratchFolder;
let comparison: Comparison;
beforeEach(() => {
  const scratchRoot = temporaryFolder();
  scratch = new ScratchFolder(scratchRoot);
  comparison = { adapters: ADAPTERS, scratch, scratchRoot, progress: new Progress() };
});
afterEach(() => scratch.remove());

const families = ADAPTERS.flatMap(({ families }) => families.data);

function opened(entries: readonly Entry[]): CheckedSnapshot {
  const bytes = snapshotBytes(entries, { headerTimestamp: NEWEST });
  const read = (position: number, into: Uint8Array, at: number, length: number) =>
    bytes.copy(into, at, position, Math.min(position + length, bytes.length));
  return openSnapshot({ name: 'x.fsm', byteLength: bytes.length, read, close: () => {} }, { scratch }).check({
    families,
  });
}

function lines(
  road: typeof changesBetween,
  a: readonly Entry[],
  b: readonly Entry[],
  more: Partial<Comparison> = {},
): string[] {
  return Array.from(road(opened(a), opened(b), { ...comparison, ...more }), (change) =>
    [...jsonOfChange(change)].join(''),
  );
}

/** What two states have in common, and what each has of its own. */
const pair = fc.tuple(versions, versions, versions, fc.nat(3)).map(([shared, a, b, share]) => {
  const common = shared.filter((_, i) => i % 4 < share + 1);
  return [joined(a, common), joined(b, common)] as const;
});

/** What several parts have comes from the last of them as a whole: a table with its items, of all else a unit. */
function joined(...parts: ReadonlyArray<readonly Entry[]>): Entry[] {
  const entries = new Map<string, Entry[]>();
  for (const part of parts) for (const [name, own] of Map.groupBy(part, wholeOf)) entries.set(name, own);
  return [...entries.values()].flat();
}

function wholeOf({ key }: Entry): string {
  const found = new OwnerFinder().findRow(Buffer.from(key as string, 'latin1'));
  if (found === undefined) return key as string;
  const { adapter, scope, key: name } = found;
  return [adapter, scope, adapter === 'dynamodb' ? '' : name].map((part) => part?.toString('latin1')).join();
}

test(
  'what whose rows differ is told by is what a comparison of everything tells',
  () => {
    let told = 0;
    fc.assert(
      fc.property(pair, ([a, b]) => {
        let all: string[];
        try {
          all = lines(changesByMeaning, a, b);
        } catch {
          // Rows of several states mixed up may be refused.
          return;
        }
        expect(lines(changesBetween, a, b)).toEqual(all);
        told += all.length;
      }),
      runs(80),
    );
    expect(told).toBeGreaterThan(250);
  },
  RUNS_LIMIT_MS,
);

const patterns = fc.uniqueArray(
  fc.constantFrom('redis/*', 'redis/a*', '*m*', 'dynamodb/a', 'dynamodb/*/a*', 's3/attic/*', 'sqs/*', '*'),
  { maxLength: 3 },
);
const selections = fc.record({
  match: patterns,
  exclude: patterns.filter((all) => !all.includes('*')),
  scopes: fc.constantFrom([], [], ['dynamodb=a', 's3=attic']),
});

test(
  'of a selection that is told which all of it would tell',
  () => {
    let told = 0;
    fc.assert(
      fc.property(pair, selections, ([a, b], options) => {
        let all: string[];
        try {
          all = lines(changesBetween, a, b);
        } catch {
          return;
        }
        const selection = new Selection(options);
        const wanted = all.filter((line) => selection.takesAddress(JSON.parse(line).address));
        expect(lines(changesBetween, a, b, { selection: new Selection(options) })).toEqual(wanted);
        told += wanted.length;
      }),
      runs(30),
    );
    expect(told).toBeGreaterThan(25);
  },
  RUNS_LIMIT_MS,
);
