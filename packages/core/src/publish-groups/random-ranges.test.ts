import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type RouteRange, rangesText } from '@ekv/routing';
import { versionsIn } from '@ekv/test-support/node-file';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { database } from '../random-data/random-database.test-data.ts';
import { RandomPlace, spread } from '../random-data/random-place.test-data.ts';
import { groupByRule, groupsOf, ranges } from '../random-data/random-ranges.test-data.ts';
import { RUNS_LIMIT_MS, runs } from '../random-data/runs.test-data.ts';
import { ADAPTER_NAMES } from '../run/adapter-list.ts';
import { attemptGroups, groupsRequest } from './groups-request.test-data.ts';

/** Of the queues that a database may have; the groups of four partitions. */
const partitionGroups = fc.option(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 4, maxLength: 4 }), {
  nil: undefined,
});

/** The group in which a row must be. */
function wanted(key: string, ranges: readonly RouteRange[], partitions: readonly number[] | undefined): bigint {
  const queue = /^!sqs\|msg\|[a-z]+\|p\|[A-Za-z0-9_-]+\|/.exec(key);
  if (queue === null) return groupByRule(key, ranges)!;
  if (partitions === undefined) return groupByRule('!sqs|queue|', ranges)!;
  return BigInt(partitions[Buffer.from(key, 'latin1').readUInt32BE(queue[0].length)]!);
}

test(
  'of a tree encoded into groups of any ranges each row lies in the group of the rule, and all files together give the tree',
  () => {
    const place = new RandomPlace();
    fc.assert(
      fc.property(database, ranges, partitionGroups, fc.boolean(), (rows, ranges, partitions, withCatalog) => {
        const entries = [...rows].map(([key, value]) => ({ key, value, timestamp: 5n }));
        const text = rangesText(ranges);
        // Ranges that no flag can have come from the dump, as those of the cluster that it was taken of.
        const of = text === undefined && groupsOf(ranges).length > 1 ? ranges : [{ ...ranges[0]!, end: undefined }];
        const files = spread(entries, of, { draw: 0, headerTimestamp: 100n });
        const { tree } = place.decoded(files, groupsOf(of));
        const request = groupsRequest(place.folder, {
          input: place.dump,
          adapters: ADAPTER_NAMES,
          groups: of === ranges ? 'auto' : (text ?? `:=${ranges[0]!.group}`),
          partitionMap: partitions === undefined ? '' : mapOf(partitions),
          withCatalog,
        });
        const { result, error } = attemptGroups(request);
        if (result?.outcome !== 'groups published') throw error ?? new Error(result?.outcome);
        for (const { group, output } of result.groups) {
          const elsewhere = versionsIn(readFileSync(output))
            .map(({ key }) => key)
            .filter((key) => wanted(key, ranges, partitions) !== group);
          expect(elsewhere).toEqual([]);
        }
        expect(place.decodedFiles(result.groups.map(({ output }) => ({ path: output }))).tree).toEqual(tree);
        rmSync(join(place.folder, 'place/out'), { recursive: true });
      }),
      runs(4),
    );
  },
  RUNS_LIMIT_MS,
);

function mapOf(groups: readonly number[]): string {
  return ['jobs', 'k', 'x'].map((name) => `${name}.fifo:${groups.length}=${groups.join()}`).join(';');
}
