import type { Owner } from '@ekv/adapter';
import { type OpenedRows, OwnerFinder } from '@ekv/core';
import { ExternalSorter, type ScratchFolder, SMALL_SORT_BYTES, type SortedRows, wallTimeOf } from '@ekv/snapshot';
import { RowVersions } from './row-versions.ts';

/** What one commit did to a unit, and what there was of it then. */
export interface UnitCommit {
  readonly timestamp: bigint;
  /** Of the wall clock, about: milliseconds since 1970. */
  readonly atMs: bigint;
  /** Rows that it wrote, and that it deleted. */
  readonly written: number;
  readonly deleted: number;
  /** Rows of the unit after it; 0 = it is gone. */
  readonly rows: number;
  /** Of the bodies of these rows. */
  readonly bytes: number;
}

const NUMBERS = 4;
const RECORD_BYTES = NUMBERS * Float64Array.BYTES_PER_ELEMENT;
const TIMESTAMP_BYTES = 8;

/**
 * All commits to a unit that the rows still know, the oldest first: in bounded memory, whatever their number. A node drops versions that are older than
 * its history, so the first one need not be the first there was.
 */
export function* unitHistory(
  { source }: OpenedRows,
  unit: Owner,
  scratch: ScratchFolder,
): Generator<UnitCommit, void, undefined> {
  const sorter = new ExternalSorter({ scratch, arenaBytes: SMALL_SORT_BYTES });
  try {
    sortChanges(source, unit, sorter);
    yield* summed(sorter.sorted());
  } finally {
    sorter.close();
  }
}

/** Adds what each version of the unit's rows changed, by its time. */
function sortChanges(source: OpenedRows['source'], unit: Owner, sorter: ExternalSorter): void {
  const finder = new OwnerFinder();
  const versions = new RowVersions((timestamp, change) => {
    const key = Buffer.alloc(TIMESTAMP_BYTES);
    key.writeBigUInt64BE(timestamp);
    const record = Float64Array.of(change.written, change.deleted, change.rows, change.bytes);
    sorter.add(key, new Uint8Array(record.buffer));
  });
  for (const entries = source.entries({ bodies: 'passed over' }); entries.next(); ) {
    const { bytes, keyStart, keyEnd, tombstone } = entries;
    const found = finder.find(bytes, keyStart, keyEnd);
    if (found === undefined || !COUNTED.has(found.role) || !found.isOf(unit)) continue;
    const size = tombstone ? 0 : entries.valueEnd - entries.valueStart;
    versions.add(bytes, keyStart, keyEnd, { timestamp: entries.timestamp, isAlive: !tombstone, size });
  }
  versions.end();
}

/** Other rows are made of these. */
const COUNTED: ReadonlySet<string> = new Set(['value', 'element', 'metadata', 'expiry']);

function* summed(sorted: SortedRows): Generator<UnitCommit, void, undefined> {
  let commit: { timestamp: bigint; written: number; deleted: number } | undefined;
  let rows = 0;
  let bytes = 0;
  const told = ({ timestamp, written, deleted }: NonNullable<typeof commit>): UnitCommit => ({
    timestamp,
    atMs: wallTimeOf(timestamp),
    written,
    deleted,
    rows,
    bytes,
  });
  while (sorted.next()) {
    const timestamp = sorted.bytes.readBigUInt64BE(sorted.keyStart);
    if (commit !== undefined && commit.timestamp !== timestamp) yield told(commit);
    if (commit?.timestamp !== timestamp) commit = { timestamp, written: 0, deleted: 0 };
    const record = new Float64Array(
      Uint8Array.from(sorted.bytes.subarray(sorted.payloadStart, sorted.payloadStart + RECORD_BYTES)).buffer,
    );
    commit.written += record[0]!;
    commit.deleted += record[1]!;
    rows += record[2]!;
    bytes += record[3]!;
  }
  if (commit !== undefined) yield told(commit);
}
