import { TIMESTAMP_BYTES } from '../format/constants.ts';
import { type KeyFamilies, unknownFamily } from './key-families.ts';
import {
  COVERED,
  DAMAGED,
  DELETED,
  ENCRYPTED,
  EXPIRED,
  LIVE,
  VERSION_STATES,
  VersionWalk,
  type WalkedEntries,
} from './version-walk.ts';

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

/** What is scanned, with what was counted on the way. */
export interface ScannedEntries extends WalkedEntries {
  readonly endOffset: number;
  readonly ordinal: number;
  readonly operational: number;
  readonly unreadable: number;
}

/** Gets a visible row; the bytes are valid during the call. */
export type OnRow = (bytes: Buffer, keyStart: number, keyEnd: number, valueStart: number, valueEnd: number) => void;

/** Gets each version, deletions too, as a {@link VersionWalk} gives them. */
export type OnVersion = (version: VersionWalk) => void;

/** Who is told of what passes in a scan. */
export interface ScanListeners {
  readonly onRow?: OnRow | undefined;
  readonly onVersion?: OnVersion | undefined;
}

/** Reads all entries once. */
export function scanEntries(
  entries: ScannedEntries,
  lastCommitTs: bigint,
  families: KeyFamilies,
  { onRow, onVersion }: ScanListeners = {},
): Scan {
  const counts = families.prefixes.map(() => 0);
  const ranges = families.prefixes.map(() => ({ start: 0, end: 0 }));
  const unknown = new Map<string, { count: number; example: Uint8Array }>();
  const newer = new Map<string, { count: number; highest: bigint }>();
  const states = new Array<number>(VERSION_STATES).fill(0);
  const walk = new VersionWalk(entries, families, { lastCommitTs, salvage: undefined });
  const header = invertedTimestamp(lastCommitTs);
  let ordered = true;
  while (walk.next()) {
    if (walk.isOutOfOrder) {
      ordered = false;
      while (entries.next());
      break;
    }
    const { bytes, keyStart, keyEnd, family, state } = walk;
    if (family !== -1) {
      const range = ranges[family]!;
      if (range.end === 0) range.start = entries.offset;
      range.end = entries.endOffset;
    }
    states[state]!++;
    onVersion?.(walk);
    if (state !== LIVE) continue;
    onRow?.(bytes, keyStart, keyEnd, entries.valueStart, entries.valueEnd);
    if (family !== -1) counts[family]!++;
    else countUnknown(unknown, bytes, keyStart, keyEnd);
    if (isBefore(bytes, keyEnd, header)) countNewer(newer, families.prefixes[family] ?? '', entries.timestamp);
  }
  const present = families.prefixes.map((prefix, i) => [prefix, counts[i]!] as const).filter(([, count]) => count > 0);
  return {
    entries: entries.ordinal,
    operational: entries.operational,
    tombstones: states[DELETED]!,
    superseded: states[COVERED]!,
    expired: states[EXPIRED]!,
    damaged: (ordered ? states[DAMAGED]! : 0) + entries.unreadable,
    encrypted: states[ENCRYPTED]!,
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
