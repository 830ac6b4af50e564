import { FRAME_BYTES } from './census/amounts-table.ts';
import type { Amounts } from './report.ts';

export const NO_AMOUNTS: Amounts = {
  units: 0,
  rows: 0,
  liveBytes: 0,
  oldVersions: 0,
  oldBytes: 0,
  tombstones: 0,
  tombstoneBytes: 0,
  expired: 0,
  expiredBytes: 0,
  encrypted: 0,
  encryptedBytes: 0,
  damaged: 0,
  damagedBytes: 0,
};

/** All entries. */
export function entriesOf({ rows, oldVersions, tombstones, expired, encrypted, damaged }: Amounts): number {
  return rows + oldVersions + tombstones + expired + encrypted + damaged;
}

/** Bytes of keys and bodies of all entries. */
export function bytesOf(amounts: Amounts): number {
  const { liveBytes, oldBytes, tombstoneBytes, expiredBytes, encryptedBytes, damagedBytes } = amounts;
  return liveBytes + oldBytes + tombstoneBytes + expiredBytes + encryptedBytes + damagedBytes;
}

/** What they take in a file. */
export function fileBytesOf(amounts: Amounts): number {
  return bytesOf(amounts) + FRAME_BYTES * entriesOf(amounts);
}

export function sumOf(all: Iterable<Amounts>): Amounts {
  const sum: Record<keyof Amounts, number> = { ...NO_AMOUNTS };
  for (const amounts of all) for (const name of NAMES) sum[name] += amounts[name];
  return sum;
}

/** What of the first is not in the second, which is a part of it. */
export function restOf(all: Amounts, part: Amounts): Amounts {
  const rest: Record<keyof Amounts, number> = { ...NO_AMOUNTS };
  for (const name of NAMES) rest[name] = all[name] - part[name];
  return rest;
}

const NAMES = Object.keys(NO_AMOUNTS) as Array<keyof Amounts>;
