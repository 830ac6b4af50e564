import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError, type Warning } from '@ekv/snapshot';
import { type Entry, snapshotBytes } from '@ekv/test-support/node-file';
import { plant, temporaryFolder } from '@ekv/test-support/temporary-folder';
import fc from 'fast-check';
import { beforeEach, expect, test } from 'vitest';
import { manifestOf } from '../../core/src/dump.test-data.ts';
import { history, replayed } from '../../core/src/random-data/random-versions.test-data.ts';
import { RUNS_LIMIT_MS, runs } from '../../core/src/random-data/runs.test-data.ts';
import { type DiffRequest, diffInputs } from './diff-inputs.ts';
import { jsonOfChange } from './forms/json-lines.ts';

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
  mkdirSync(join(folder, 'scratch'));
});

function file(name: string, entries: readonly Entry[]): DiffRequest['from'] {
  const path = join(folder, name);
  writeFileSync(path, snapshotBytes(entries, { headerTimestamp: 1000n }));
  return [{ path }];
}

function told(request: DiffRequest): string[] {
  return Array.from(diffInputs({ ...request, scratchRoot: join(folder, 'scratch') }), (change) =>
    [...jsonOfChange(change)].join(''),
  );
}

test(
  'between two moments of one file that is told which differs between the states at these moments',
  () => {
    let count = 0;
    fc.assert(
      fc.property(history, fc.nat(100), fc.nat(100), ({ entries, times }, a, b) => {
        const [fromAsOf, toAsOf] = [times[a % times.length]!, times[b % times.length]!];
        const one = file('one.fsm', entries);
        const [from, to] = [fromAsOf, toAsOf].map((moment) =>
          file(
            `${moment}.fsm`,
            [...replayed(entries, moment)].map(([key, value]) => ({ key, value, timestamp: 1n })),
          ),
        );
        const changes = told({ from: one, to: one, fromAsOf, toAsOf });
        expect(changes).toEqual(told({ from: from!, to: to! }));
        count += changes.length;
      }),
      runs(20),
    );
    expect(count).toBeGreaterThan(20);
  },
  RUNS_LIMIT_MS,
);

test('a dump has one moment alone', () => {
  plant(folder, { 'dump/MANIFEST.json': manifestOf() });
  const dump = [{ path: join(folder, 'dump') }];
  expect(() => told({ from: dump, to: dump, toAsOf: 5n })).toThrow(UsageError);
  expect(() => told({ from: dump, to: dump, toAsOf: 5n })).toThrow(
    /the option toAsOf is for snapshots, .* \S+dump is a dump, of one moment$/,
  );
});

test('a moment before all that a snapshot holds is told, on either side', () => {
  const one = file('one.fsm', [{ key: '!redis|str|a', value: Buffer.from('v'), timestamp: 500n }]);
  const events: string[] = [];
  const warn = ({ event, message, fields }: Warning) => void events.push(`${event} of ${fields?.input}: ${message}`);
  const request = { from: one, to: one, scratchRoot: join(folder, 'scratch') };
  expect([...diffInputs({ ...request, fromAsOf: 5n, toAsOf: 9n }, { warn })]).toEqual([]);
  expect(events).toEqual(
    ['fromAsOf', 'toAsOf'].map((option) =>
      expect.stringMatching(
        new RegExp(`^no_data of .*one\\.fsm: there is no data as of then: the moment of the option ${option} `),
      ),
    ),
  );
  events.length = 0;
  expect([...diffInputs({ ...request, toAsOf: 500n }, { warn })]).toEqual([]);
  expect(events).toEqual([]);
});
