import { UsageError } from '@ekv/snapshot';
import { expect, test } from 'vitest';
import { groupOfFolder, groupOfPath, parseGroupFile } from './group-file.ts';

test.each([
  ['a.fsm', { path: 'a.fsm' }],
  ['-', { path: '-' }],
  ['3=a.fsm', { path: 'a.fsm', group: 3n }],
  ['3=-', { path: '-', group: 3n }],
  ['007=a=b', { path: 'a=b', group: 7n }],
  ['18446744073709551615=x', { path: 'x', group: 2n ** 64n - 1n }],
  ['./1=x', { path: './1=x' }],
  ['/1=x', { path: '/1=x' }],
  ['a1=x', { path: 'a1=x' }],
  ['=x', { path: '=x' }],
  ['-1=x', { path: '-1=x' }],
  ['1=new\nline', { path: 'new\nline', group: 1n }],
])('the input %j is %o', (text, file) => expect(parseGroupFile(text)).toEqual(file));

test.each(['0=a.fsm', '18446744073709551616=x', '1='])('the input %j is refused', (text) => {
  expect(() => parseGroupFile(text)).toThrow(UsageError);
});

test.each([
  ['node/group-7/fsm-snap/0000000000000051.fsm', 7n],
  ['node/group-7/x.fsm', 7n],
  ['node/group-7/other/x.fsm', undefined],
  ['node/fsm-snap/x.fsm', undefined],
  ['node/group-07/x.fsm', undefined],
  ['group-7.fsm', undefined],
  ['-', undefined],
])('the file %s is of group %s by its folder', (path, group) => expect(groupOfPath(path)).toBe(group));

test('a folder of a group has its number without leading zeros', () => {
  expect(
    ['group-0', 'group-10', 'group-', 'group-1x', 'xgroup-1', 'group-00', 'group-99999999999999999999'].map(
      groupOfFolder,
    ),
  ).toEqual([0n, 10n, ...Array(5).fill(undefined)]);
});
