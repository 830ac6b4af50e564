import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RandomPlace, spread } from '../random-data/random-place.test-data.ts';
import { groupsOf, ranges } from '../random-data/random-ranges.test-data.ts';
import { history, replayed } from '../random-data/random-versions.test-data.ts';
import { RUNS_LIMIT_MS, runs } from '../random-data/runs.test-data.ts';
import { groupBytes } from './groups.test-data.ts';

const headerTimestamp = 1000n;

test(
  'as of each moment, before, at and after every change, one file and several give the tree of a map that was changed until then',
  () => {
    const place = new RandomPlace();
    fc.assert(
      fc.property(history, ranges, fc.nat(100), ({ entries, times }, ranges, draw) => {
        const one = { 'one.fsm': groupBytes(entries, { headerTimestamp }) };
        const several = spread(entries, ranges, { draw, headerTimestamp });
        const moments = new Set(times.flatMap((at) => [at - 1n, at, at + 1n]));
        for (const asOf of moments) {
          const rows = [...replayed(entries, asOf)].map(([key, value]) => ({ key, value, timestamp: 1n }));
          const want = place.decoded({ 'map.fsm': groupBytes(rows, { headerTimestamp: asOf }) });
          expect(place.decoded(one, [], { asOf })).toEqual(want);
          expect(place.decoded(several, groupsOf(ranges), { asOf })).toEqual(want);
        }
      }),
      runs(2),
    );
  },
  RUNS_LIMIT_MS,
);
