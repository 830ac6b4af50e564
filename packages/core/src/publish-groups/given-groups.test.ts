import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '@ekv/snapshot';
import { temporaryFolder } from '@ekv/test-support/temporary-folder';
import { expect, test } from 'vitest';
import { attemptGroups, groupsRequest, placed } from './groups-request.test-data.ts';

test.each<[string, string, string]>([
  ['', '', '--groups has no range'],
  [' , ,', '', '--groups has no range'],
  [':m=1,k:=2', '', 'overlap'],
  [':=1,m:=2', '', 'overlap'],
  ['a:c=1,a:b=2', '', 'overlap'],
  ['m:k=1', '', 'm:k=1'],
  ['m:m=1', '', 'ends at or below its start'],
  [':=0', '', 'group 0'],
  [':=-1', '', 'is no number'],
  [':=18446744073709551616', '', 'is no number'],
  [':m', '', 'has no "="'],
  ['m=1', '', 'has no ":"'],
  [':=1', 'q.fifo:3=1,1,1', 'no power of two'],
  [':=1', 'q.fifo:64=1', 'no power of two'],
  [':=1', 'q.fifo:2=1', '2 partitions and 1 groups'],
  [':=1', 'q.fifo:1=0', 'group 0'],
  [':=1', 'q.fifo', 'no ":"'],
  [':=1', ':1=1', 'no name of a queue'],
  [':=1', 'q.fifo:1=1;q.fifo:1=2', 'twice'],
])('ranges %j with the map %j are refused before anything is read: %s', (groups, partitionMap, says) => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'place'));
  const { error } = attemptGroups(groupsRequest(folder, { groups, partitionMap }));
  expect(error).toBeInstanceOf(UsageError);
  expect(error?.message).toMatch(/^--(groups|partition-map)/);
  expect(error?.message).toContain(says);
  expect(placed(folder)).toEqual({ beside: [], files: [] });
});

test('a catalog that no range holds is refused', () => {
  const { error } = attemptGroups(groupsRequest(temporaryFolder(), { groups: 'a:=1', withCatalog: true }));
  expect(error).toBeInstanceOf(UsageError);
  expect(error?.message).toContain('--with-catalog: no range of --groups holds !dist|meta|version');
});
