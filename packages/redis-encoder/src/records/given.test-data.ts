import { ArgumentError, type SnapshotRow } from '@ekv/snapshot';
import { expect } from 'vitest';
import {
  hashRecords,
  hyperLogLogRecords,
  listRecords,
  setRecords,
  sortedSetRecords,
  streamRecords,
  stringRecord,
} from '../index.ts';

/** What JavaScript passes, whatever the types say. */
// biome-ignore lint/suspicious/noExplicitAny: the wrong types are the matter here.
export type Anything = any;

/** What an ArgumentError says. */
export const refusal = (make: () => Iterable<SnapshotRow>): string => {
  try {
    for (const _ of make());
  } catch (error) {
    expect(error).toBeInstanceOf(ArgumentError);
    return (error as Error).message;
  }
  throw new Error('nothing was refused');
};

/** A key of each kind with a value that is right. */
export const ONE: Readonly<Record<string, (key: Anything, options?: Anything) => Iterable<SnapshotRow>>> = {
  string: (key, options) => [stringRecord(key, 'v', options)],
  HyperLogLog: (key, options) => hyperLogLogRecords(key, Buffer.from('00525301', 'hex'), options),
  hash: (key, options) => hashRecords(key, { f: 'v' }, options),
  list: (key, options) => listRecords(key, ['i'], options),
  set: (key, options) => setRecords(key, ['m'], options),
  'sorted set': (key, options) => sortedSetRecords(key, { m: 1 }, options),
  stream: (key, options) => streamRecords(key, [['1-0', ['f', 'v']]], options),
};
