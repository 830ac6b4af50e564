import { type Adapter, isJsonName } from '@ekv/adapter';
import { decodeRedis } from './decode/index.ts';
import { encodeRedis } from './encode/index.ts';
import { KEYMAP_PATH } from './files/paths.ts';
import { mayBeOfKey } from './files/unit-files.ts';
import { DERIVED_FAMILIES, OPERATIONAL_FAMILIES, REDIS_FAMILIES, UNREAD_FAMILIES } from './layout/families.ts';
import { redisOwners } from './owners/redis-owners.ts';

/** Redis, for programs that work on whole trees. */
export const redisAdapter: Adapter = {
  name: 'redis',
  families: {
    data: REDIS_FAMILIES,
    derived: DERIVED_FAMILIES,
    internal: [],
    operational: OPERATIONAL_FAMILIES,
    unread: UNREAD_FAMILIES,
  },
  fileFamilies: REDIS_FAMILIES.filter((prefix) => /^!redis\|(?!ttl)|\|meta\|$/.test(prefix)),
  stateEntries: [],
  guards: [],
  owners: redisOwners,
  mayBeOf: mayBeOfKey,
  encode: (tree, { warn, scratch, shiftMs, expired }) => encodeRedis(tree, { warn, scratch, shiftMs, expired }),
  decode: (source, sink, { warn, scratch, shiftMs, expired }) =>
    decodeRedis(source, sink, { warn, scratch, shiftMs, expired }),
  isJson: isJsonName,
  isLineSet: (path) => path === KEYMAP_PATH,
};
