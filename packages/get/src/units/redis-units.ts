import type { Owner } from '@ekv/adapter';
import { writeAddress } from '@ekv/core';
import { redisKeys } from '@ekv/redis-encoder/read';
import type { Wanted } from '../wanted.ts';
import type { RedisUnit } from './unit.ts';
import type { UnitSource } from './unit-source.ts';

/** The keys that are wanted, type by type. */
export function* redisUnits({ snapshot, warn }: UnitSource, wanted: Wanted): Generator<RedisUnit, void, undefined> {
  for (const stored of redisKeys(snapshot, { warn, prefix: commonPrefix(wanted.within) })) {
    const owner: Owner = { adapter: 'redis', key: stored.key };
    if (wanted.takes(owner)) yield { adapter: 'redis', owner, address: writeAddress(owner), stored };
  }
}

/** What all keys begin with: values of others are not read. */
function commonPrefix(within: readonly Owner[]): Buffer | undefined {
  const keys = within.filter(({ adapter }) => adapter === 'redis').map(({ key }) => key);
  const [first, ...others] = keys;
  return first !== undefined && others.every((key) => key?.equals(first)) ? first : undefined;
}
