import { UsageError } from '@ekv/snapshot';
import { expect, test } from 'vitest';
import { nodeIdOf } from '../format/node-id.ts';
import { parsePeerList, withoutPort } from './peer-list.ts';

test.each([
  ['n1', 0x08b37b07b558d4c0n],
  ['a', 0xaf63dc4c8601ec8cn],
  ['b', 0xaf63df4c8601f1a5n],
  ['c', 0xaf63de4c8601eff2n],
])('the node id of %s is its FNV-1a of 64 bits', (id, nodeId) => {
  expect(nodeIdOf(id)).toBe(nodeId);
});

test('peers are ordered by node id, as unsigned numbers', () => {
  expect(parsePeerList('a=h:1,b=h:2,c=h:3').map(({ id }) => id)).toEqual(['a', 'c', 'b']);
  expect(parsePeerList('b=h:2,n1=h:4').map(({ id }) => id)).toEqual(['n1', 'b']);
});

test('blanks around parts are cut, empty parts passed over, and the first = divides', () => {
  expect(
    parsePeerList(' n2 = host-b:1 , ,n1=[::1]:2380,x=y=z,')
      .map(({ id, address }) => `${id} ${address}`)
      .sort(),
  ).toEqual(['n1 [::1]:2380', 'n2 host-b:1', 'x y=z']);
});

test.each([
  ['', /names no peer/],
  [' , ', /names no peer/],
  ['n1', /"n1" has no "="/],
  ['=h:1', /has no id/],
  ['n1=', /"n1" has no address/],
  ['n1=h:1,n1=h:2', /duplicate peer "n1"/],
  ['n1=h:1\nn2=h:2', /has a control character; the form is id=address,id=address, divided by commas/],
  ['n\0=h:1', /has a control character/],
  ['n1=h:1,n2=h:1', /have the same address h:1/],
  [Array.from({ length: 1025 }, (_, i) => `n${i}=h:${i}`).join(','), /names 1025 peers; a node reads 1024/],
  [`${'x'.repeat((1 << 20) + 1)}=h:1`, /more than 1048576 bytes/],
])('%j is refused: no node would start with it', (list, message) => {
  expect(() => parsePeerList(list)).toThrow(UsageError);
  expect(() => parsePeerList(list)).toThrow(message);
});

test('1024 peers are as many as a node reads', () => {
  expect(parsePeerList(Array.from({ length: 1024 }, (_, i) => `n${i}=h:${i}`).join(','))).toHaveLength(1024);
});

test('an address without a port is found', () => {
  const peers = parsePeerList('a=h:1,b=h,c=[::1],d=[::1]:2380,e=h:');
  expect(
    withoutPort(peers)
      .map(({ id }) => id)
      .sort(),
  ).toEqual(['b', 'c', 'e']);
});
