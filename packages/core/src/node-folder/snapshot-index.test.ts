import { expect, test } from 'vitest';
import { snapshotIndexOf } from './snapshot-index.ts';

test.each([
  ['/data/fsm-snap/0000000000000051.fsm', 0x51n],
  ['000000000000003d.fsm', 0x3dn],
  ['ffffffffffffffff.fsm', 2n ** 64n - 1n],
])('16 lower-case hex digits, as a node names its files, are hexadecimal: %s', (path, index) => {
  expect(snapshotIndexOf(path)).toBe(index);
});

test.each([
  ['81.fsm', 81n],
  ['0000042.fsm', 42n],
  ['18446744073709551615.fsm', 2n ** 64n - 1n],
  ['00000000000000000000000000007.fsm', 7n],
])('other decimal digits are decimal: %s', (path, index) => {
  expect(snapshotIndexOf(path)).toBe(index);
});

test.each([
  '18446744073709551616.fsm',
  '0.fsm',
  '0000000000000000.fsm',
  '000000000000003D.fsm',
  '81.FSM',
  '81.fsm.tmp',
  '81',
  '+81.fsm',
  '-1.fsm',
  '8_1.fsm',
  '8.1.fsm',
  ' 81.fsm',
  '.fsm',
  '',
  '-',
  '３.fsm',
])('any other name tells no index: %j', (path) => {
  expect(snapshotIndexOf(path)).toBe(0n);
});
