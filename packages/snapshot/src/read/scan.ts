import { TIMESTAMP_BYTES } from '../format/constants.ts';
import { lengthAt } from '../format/length-field.ts';
import { type KeyFamilies, unknownFamily } from './key-families.ts';
import { type MovingBytes, VersionFilter } from './version-filter.ts';

/** Counts of one pass; entries = tombstones + superseded + expired + operational + damaged + encrypted + rows of families + unknown rows. */
export interface Scan {
  /** All entries of the file, all versions and the operational rows included. */
  readonly entries: number;
  readonly operational: number;
  /** Keys whose newest version is a deletion. */
  readonly tombstones: number;
  /** Versions that a newer one of the same key covers. */
  readonly superseded: number;
  /** Keys whose newest version expired at or before the snapshot's timestamp, by its value header. */
  readonly expired: number;
  /** Entries that could not be read, or whose value cannot be used; 0 unless the file is salvaged. */
  readonly damaged: number;
  /** Keys whose newest version cannot be read because it is encrypted; 0 unless such entries are given. */
  readonly encrypted: number;
  /** Visible rows by family, families without rows left out. */
  readonly families: ReadonlyMap<string, number>;
  /** Visible rows that no family claims, by the text up to the second bar; the empty text for keys without a `!`. */
  readonly unknown: ReadonlyMap<string, { readonly count: number; readonly example: Uint8Array }>;
  /** Visible rows with a timestamp above the header's, by family; the empty text for unknown ones. */
  readonly newerThanHeader: ReadonlyMap<string, { readonly count: number; readonly highest: bigint }>;
  /** Whether each entry is above its predecessor. When not, only `entries` and `operational` hold, and `damaged` for those that could not be read. */
  readonly ordered: boolean;
  /** For each family, in the order given, the part of the file that holds its entries, in bytes. */
  readonly ranges: ReadonlyArray<{ readonly start: number; readonly end: number }>;
}

/** Entries in ascending order of their encoded keys, all versions, as a scan takes them: {@link EntryReader} says what the fields mean. */
export interface ScannedEntries {
  readonly bytes: Buffer;
  readonly keyStart: number;
  readonly keyEnd: number;
  readonly valueStart: number;
  readonly valueEnd: number;
  readonly offset: number;
  readonly endOffset: number;
  readonly timestamp: bigint;
  readonly expiry: bigint;
  readonly tombstone: boolean;
  readonly isDamaged: boolean;
  readonly isEncrypted: boolean;
  readonly ordinal: number;
  readonly operational: number;
  readonly unreadable: number;
  /** Where the keys stand, when they stay there for a while. */
  readonly moving?: MovingBytes;
  next(): boolean;
}

/** Gets a visible row; the bytes are valid during the call. */
export type OnRow = (bytes: Buffer, keyStart: number, keyEnd: number, valueStart: number, valueEnd: number) => void;

/** Reads all entries once. */
export function scanEntries(entries: ScannedEntries, lastCommitTs: bigint, families: KeyFamilies, onRow?: OnRow): Scan {
  const counts = families.prefixes.map(() => 0);
  const ranges = families.prefixes.map(() => ({ start: 0, end: 0 }));
  const unknown = new Map<string, { count: number; example: Uint8Array }>();
  const newer = new Map<string, { count: number; highest: bigint }>();
  const filter = new VersionFilter(entries.moving);
  const header = invertedTimestamp(lastCommitTs);
  let tombstones = 0;
  let superseded = 0;
  let expired = 0;
  let damaged = 0;
  let encrypted = 0;
  let ordered = true;
  while (entries.next()) {
    if (!ordered) continue;
    const { bytes, keyStart, keyEnd } = entries;
    const version = filter.pass(bytes, keyStart, keyEnd);
    if (version === 'disorder') {
      ordered = false;
      continue;
    }
    const family = families.find(bytes, keyStart, keyEnd, filter.shared);
    if (family !== -1) {
      const range = ranges[family]!;
      if (range.end === 0) range.start = entries.offset;
      range.end = entries.endOffset;
    }
    if (version === 'superseded') superseded++;
    else if (entries.isDamaged) damaged++;
    else if (entries.tombstone) tombstones++;
    else if (isExpired(entries, lastCommitTs)) expired++;
    else if (entries.isEncrypted) encrypted++;
    else {
      onRow?.(bytes, keyStart, keyEnd, entries.valueStart, entries.valueEnd);
      if (family !== -1) counts[family]!++;
      else countUnknown(unknown, bytes, keyStart, keyEnd);
      if (isBefore(bytes, keyEnd, header)) countNewer(newer, families.prefixes[family] ?? '', entries.timestamp);
    }
  }
  const present = families.prefixes.map((prefix, i) => [prefix, counts[i]!] as const).filter(([, count]) => count > 0);
  return {
    entries: entries.ordinal,
    operational: entries.operational,
    tombstones,
    superseded,
    expired,
    damaged: (ordered ? damaged : 0) + entries.unreadable,
    encrypted,
    families: new Map(present),
    unknown,
    newerThanHeader: newer,
    ordered,
    ranges,
  };
}

/** As it stands at the end of a key. */
function invertedTimestamp(timestamp: bigint): Buffer {
  const bytes = Buffer.alloc(TIMESTAMP_BYTES);
  bytes.writeBigUInt64BE(BigInt.asUintN(64, ~timestamp));
  return bytes;
}

/** Whether the inverted timestamp at `bytes[at]` is below the other one, so that the timestamp itself is above. */
function isBefore(bytes: Buffer, at: number, inverted: Buffer): boolean {
  for (let i = 0; i < TIMESTAMP_BYTES; i++) {
    const difference = bytes[at + i]! - inverted[i]!;
    if (difference !== 0) return difference < 0;
  }
  return false;
}

/** Whether the value header's expiry lies at or before the snapshot's timestamp (section 6.1). */
export function isExpired(
  entry: Pick<ScannedEntries, 'bytes' | 'valueStart' | 'expiry'>,
  lastCommitTs: bigint,
): boolean {
  const { bytes, valueStart } = entry;
  if (lengthAt(bytes, valueStart - 8) === 0 && lengthAt(bytes, valueStart - 4) === 0) return false;
  return entry.expiry <= lastCommitTs;
}

function countUnknown(
  unknown: Map<string, { count: number; example: Uint8Array }>,
  bytes: Buffer,
  start: number,
  end: number,
): void {
  const family = unknownFamily(bytes, start, end);
  const seen = unknown.get(family);
  if (seen !== undefined) seen.count++;
  // A hostile file has a family per row; what is beyond the limit counts under one name.
  else if (unknown.size < MOST_UNKNOWN_FAMILIES)
    unknown.set(family, { count: 1, example: Uint8Array.from(bytes.subarray(start, end)) });
  else {
    const rest = unknown.get(OTHER_FAMILIES);
    if (rest === undefined)
      unknown.set(OTHER_FAMILIES, { count: 1, example: Uint8Array.from(bytes.subarray(start, end)) });
    else rest.count++;
  }
}

export const MOST_UNKNOWN_FAMILIES = 1000;
/** Under this name the unknown families beyond {@link MOST_UNKNOWN_FAMILIES} are counted together. */
export const OTHER_FAMILIES = '(other)';

function countNewer(newer: Map<string, { count: number; highest: bigint }>, family: string, timestamp: bigint): void {
  const seen = newer.get(family);
  if (seen === undefined) newer.set(family, { count: 1, highest: timestamp });
  else {
    seen.count++;
    if (timestamp > seen.highest) seen.highest = timestamp;
  }
}
