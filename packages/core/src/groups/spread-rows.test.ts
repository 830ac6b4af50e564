import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RandomPlace, spread } from '../random-data/random-place.test-data.ts';
import { groupsOf, ranges } from '../random-data/random-ranges.test-data.ts';
import { NEWEST, versions } from '../random-data/random-versions.test-data.ts';
import { RUNS_LIMIT_MS, runs } from '../random-data/runs.test-data.ts';
import { groupBytes } from './groups.test-data.ts';

test(
  'rows of all adapters that were spread over up to eight groups give the tree that they give in one file, with the same warnings',
  () => {
    const place = new RandomPlace();
    fc.assert(
      fc.property(versions, ranges, fc.nat(100), (entries, ranges, draw) => {
        const one = place.decoded({ 'one.fsm': groupBytes(entries, { headerTimestamp: NEWEST, ceilingMs: 50_000n }) });
        const files = spread(entries, ranges, { draw, headerTimestamp: NEWEST });
        const merged = place.decoded(files, groupsOf(ranges));
        expect(merged).toEqual(one);
      }),
      runs(15),
    );
  },
  RUNS_LIMIT_MS,
);
