import { describe, expect, test } from 'vitest';
import { parseRanges } from './ranges/parse-ranges.ts';
import { parsePartitionMap } from './ranges/partition-map.ts';
import { Router } from './router.ts';
import { rowVersions } from './stored-rows.test-data.ts';

const THREE_RANGES =
  ':!ddb|route|table|b=1,!ddb|route|table|b:!ddb~=2,!ddb~:!hs|meta|=3,!hs|meta|:!s3route|m=1,!s3route|m:!s3~=2,!s3~:!st|meta|=3,!st|meta|:m=1,m:=2';
const LANE = 'lane.fifo:4=1,2,3,2';

interface Cluster {
  readonly name: string;
  readonly ranges: string;
  readonly map: string;
  /** Files by group. */
  readonly files: Readonly<Record<number, string>>;
}

const TWO_GROUPS = 'live/two-groups/node/group-';
const THREE_GROUPS = 'groups/three-groups/node/group-';
const CLUSTERS: readonly Cluster[] = [
  {
    name: 'a node with two groups',
    ranges: ':!ddb|route|table|b=1,!ddb|route|table|b:!ddb~=2,!ddb~:m=1,m:=2',
    map: '',
    files: { 1: `${TWO_GROUPS}1/fsm-snap/0000000000000097.fsm`, 2: `${TWO_GROUPS}2/fsm-snap/000000000000006a.fsm` },
  },
  {
    name: 'a node with three groups and a queue with partitions',
    ranges: THREE_RANGES,
    map: LANE,
    files: {
      1: `${THREE_GROUPS}1/fsm-snap/0000000000000051.fsm`,
      2: `${THREE_GROUPS}2/fsm-snap/000000000000004c.fsm`,
      3: `${THREE_GROUPS}3/fsm-snap/0000000000000038.fsm`,
    },
  },
  {
    name: 'files that were split by these ranges',
    ranges: THREE_RANGES,
    map: LANE,
    files: Object.fromEntries([1, 2, 3].map((id) => [id, `groups/encode-three-groups/want/group-${id}.fsm`])),
  },
  {
    name: 'files that were split by ranges of user keys',
    ranges: ':m=1,m:n5=2,n5:n6=3,n6:=2',
    map: '',
    files: Object.fromEntries([1, 2, 3].map((id) => [id, `groups/encode-with-catalog/want/group-${id}.fsm`])),
  },
];

describe.each(CLUSTERS)('$name', ({ ranges, map, files }) => {
  test.each(Object.entries(files))(
    'every version of every row in the file of group %s belongs to it',
    (group, path) => {
      const router = new Router(parseRanges(ranges, 'x'), { partitions: parsePartitionMap(map, 'x') });
      const elsewhere = rowVersions(path)
        .map(({ key }) => ({ key: key.toString('latin1'), group: router.groupOf(key) }))
        .filter((row) => row.group !== BigInt(group));
      expect(elsewhere).toEqual([]);
    },
  );
});
