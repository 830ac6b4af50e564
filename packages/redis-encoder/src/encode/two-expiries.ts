import type { Problems } from '@ekv/dump-tree';
import { DuplicateKeyError, printable } from '@ekv/snapshot';
import type { SharedKey } from '../key-kinds.ts';
import { EXPIRY_ROWS } from '../layout/families.ts';
import { rowKey } from '../layout/row-keys.ts';

/**
 * Adds a DuplicateKeyError for a key that expires as several kinds: all but the string want the one index row of the key.
 * docs/format/03-redis.md, section 3.
 */
export function refuseTwoExpiries({ key, expiring }: SharedKey, problems: Problems): void {
  const rivals = expiring.filter((kind) => kind !== 'string');
  if (rivals.length < 2) return;
  const row = rowKey(EXPIRY_ROWS, key);
  problems.add(
    new DuplicateKeyError(
      `duplicate key ${printable(row)}: the key ${printable(key)} expires as ${rivals.join(' and as ')}, and a snapshot holds one expiry for a key; remove the file of the kind that is not wanted, or its "expire_at_ms"`,
      row,
    ),
  );
}
