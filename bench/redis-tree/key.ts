import { type Dice, scrambled } from './dice.ts';
import type { ValuePool } from './value-pool.ts';

/** One key in this many is longer than a file name may be. */
const LONG_SHARE = 1024;
const LONG_BYTES = 400;
const EXPIRY_FROM_MS = Date.UTC(2100, 0, 1);
const YEAR_MS = 365 * 86_400_000;

/** The key of a record; no two records have the same. Some need `%XX` in the file name, one in 16 is binary. */
export function redisKey(dice: Dice, pool: ValuePool, type: string, record: number): Buffer {
  if (dice.oneIn(LONG_SHARE)) {
    return Buffer.concat([Buffer.from(`${type}:long:${record}:`), pool.text(dice, LONG_BYTES)]);
  }
  const form = dice.below(16);
  if (form < 6) return Buffer.from(`session:${scrambled(record)}${scrambled(dice.next())}`);
  if (form < 10) return Buffer.from(`user:${record}:${type}`);
  if (form < 13) return Buffer.from(`cache:/v1/items/${record}?page=${dice.below(9)}&sort=<asc>`);
  if (form < 15) return Buffer.from(`café/{tag${dice.below(97)}}/${record}`);
  return Buffer.concat([Buffer.from('ff0062696e', 'hex'), uint48(record)]);
}

function uint48(value: number): Buffer {
  const bytes = Buffer.alloc(6);
  bytes.writeUIntBE(value, 0, 6);
  return bytes;
}

/** Milliseconds since 1970, or `null` for half of the keys. */
export function redisExpiry(dice: Dice): number | null {
  return dice.oneIn(2) ? EXPIRY_FROM_MS + dice.below(YEAR_MS) : null;
}
