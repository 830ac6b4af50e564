import { OwnerFinder, writeAddress } from '@ekv/core';
import { openSnapshot, ScratchFolder, wallTimeOf } from '@ekv/snapshot';
import { NO_AMOUNTS, sumOf } from './amounts.ts';
import type { Amounts } from './report.ts';

/** One version, as a plain reader sees it. */
interface Version {
  readonly key: Buffer;
  readonly timestamp: bigint;
  readonly amounts: Amounts;
  readonly bytes: number;
  readonly isLive: boolean;
}

/** What a plain count over all versions gives, in maps that hold everything. */
export interface PlainCount {
  readonly totals: Amounts;
  /** By adapter and scope, such as `redis hash`, `s3 photos`. Units are left out. */
  readonly scopes: ReadonlyMap<string, Amounts>;
  /** By address. */
  readonly units: ReadonlyMap<string, PlainUnit>;
  /** Live rows of data: their sizes and hours. */
  readonly sizes: readonly number[];
  readonly times: readonly bigint[];
}

interface PlainUnit {
  bytes: number;
  rows: number;
  elements: number;
  oldVersions: number;
  oldBytes: number;
}

/** Families of an adapter that are no data. */
const IS_INTERNAL = /^!(?:s3\|bucket\|gen\||s3\|gc\||s3route\||redis\|txn-|redis\|route\||redis\|stream\|)/;

export function plainCount(path: string): PlainCount {
  const versions = versionsOf(path);
  const scopes = new Map<string, Amounts>();
  const units = new Map<string, PlainUnit>();
  const data: Version[] = [];
  const finder = new OwnerFinder();
  for (const version of versions) {
    const { key, amounts, bytes, isLive } = version;
    const text = key.toString('latin1');
    const found = text.startsWith('!txn|') || IS_INTERNAL.test(text) ? undefined : finder.findRow(key);
    if (found === undefined) continue;
    if (isLive) data.push(version);
    const { adapter, kind, role, scope } = found;
    const name = `${adapter} ${scope?.toString() ?? (adapter === 'redis' ? (kind ?? `(${role})`) : `(${role})`)}`;
    scopes.set(name, sumOf([scopes.get(name) ?? NO_AMOUNTS, amounts]));
    // What only the value tells is not told of the unit.
    if (found.key === undefined || (found.isInValue && role !== 'change')) continue;
    const address = writeAddress(found.owner());
    const unit = units.get(address) ?? { bytes: 0, rows: 0, elements: 0, oldVersions: 0, oldBytes: 0 };
    units.set(address, unit);
    if (isLive) {
      unit.bytes += bytes;
      unit.rows++;
      unit.elements += role === 'element' ? 1 : 0;
    } else {
      unit.oldVersions++;
      unit.oldBytes += bytes;
    }
  }
  return {
    totals: sumOf(versions.map(({ amounts }) => amounts)),
    scopes,
    units,
    sizes: data.map(({ bytes }) => bytes),
    times: data.map(({ timestamp }) => clockOf(timestamp)),
  };
}

function clockOf(timestamp: bigint): bigint {
  const ms = wallTimeOf(timestamp);
  return ms < 0n ? 0n : ms;
}

function versionsOf(path: string): Version[] {
  const scratch = new ScratchFolder();
  using snapshot = openSnapshot(path, { scratch });
  try {
    const source = snapshot.check({ families: ['!'], encrypted: 'given' });
    const found = [];
    for (const walk = source.versions(); walk.next(); ) {
      const { bytes, keyStart, keyEnd, timestamp, bodyBytes, expiry, isDeletion } = walk;
      const key = Buffer.from(bytes.subarray(keyStart, keyEnd));
      // Whether it is encrypted stands in the flags before the body.
      const isEncrypted = (bytes[walk.valueStart - 9]! & 0x06) === 0x02;
      found.push({ key, timestamp, bytes: key.length + bodyBytes, expiry, isDeletion, isEncrypted });
    }
    const newest = new Map<string, bigint>();
    for (const { key, timestamp } of found) {
      const name = key.toString('latin1');
      if (timestamp > (newest.get(name) ?? -1n)) newest.set(name, timestamp);
    }
    return found.map(({ key, timestamp, bytes, expiry, isDeletion, isEncrypted }) => {
      const isNewest = newest.get(key.toString('latin1')) === timestamp;
      const hasExpired = expiry !== 0n && expiry <= source.lastCommitTs;
      const amounts = !isNewest
        ? { oldVersions: 1, oldBytes: bytes }
        : isDeletion
          ? { tombstones: 1, tombstoneBytes: bytes }
          : hasExpired
            ? { expired: 1, expiredBytes: bytes }
            : isEncrypted
              ? { encrypted: 1, encryptedBytes: bytes }
              : { rows: 1, liveBytes: bytes };
      return { key, timestamp, bytes, amounts: { ...NO_AMOUNTS, ...amounts }, isLive: 'rows' in amounts };
    });
  } finally {
    scratch.remove();
  }
}
