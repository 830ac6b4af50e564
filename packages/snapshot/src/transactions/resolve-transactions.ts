import { TIMESTAMP_BYTES } from '../format/constants.ts';
import { VersionFilter } from '../read/version-filter.ts';
import type { ScratchFolder } from '../sort/scratch.ts';
import type { SortedRows } from '../sort/sorted-run.ts';
import type { Warn } from '../warning.ts';
import { AddedVersions } from './added-versions.ts';
import { versionBefore } from './encoded-key.ts';
import { eachLock } from './lock-versions.ts';
import { ProvenByOthers } from './proven-by-others.ts';
import { TransactionEnds } from './transaction-ends.ts';
import { TransactionFindings } from './transaction-findings.ts';
import {
  COMMIT_ROWS,
  checkRollback,
  INTENT_ROWS,
  LOCK_ROWS,
  primaryEndOf,
  ROLLBACK_ROWS,
  readCommit,
} from './transaction-rows.ts';
import { TransactionTable } from './transaction-table.ts';
import type { TransactionInputs, VersionCursor } from './version-cursor.ts';
import { VersionLookup } from './version-lookup.ts';

export interface ResolveOptions {
  readonly scratch: ScratchFolder;
  /** A commit timestamp: of what was committed after it no part is said to be missing. */
  readonly asOf?: bigint | undefined;
  readonly warn?: Warn | undefined;
}

/** How many transactions of each sort there are. */
export interface TransactionCounts {
  /** Still locked somewhere, and committed: what they have prepared counts. */
  readonly committed: number;
  /** Still locked somewhere, and rolled back. */
  readonly rolledBack: number;
  /** Still locked, and nothing says how they end: they count as rolled back, as a node does it once a lock has expired. */
  readonly undecided: number;
  /** Committed, but the snapshot of the group of their first key does not know of them. */
  readonly torn: number;
  /** Committed after another group's snapshot was taken. */
  readonly maybeTorn: number;
  /** Committed, but the write was not stored. */
  readonly lostByNode: number;
}

/** What unfinished transactions add to the rows of several snapshots. */
export interface ResolvedTransactions {
  readonly counts: TransactionCounts;
  /** How many versions {@link added} gives. */
  readonly addedCount: number;
  /** Once: the versions to be added. Key: encoded key; payload: encoded value, with its header. */
  added(): SortedRows;
  /** Lets go of memory and scratch, the rows of {@link added} too. */
  close(): void;
}

/**
 * Decides transactions over several groups that the snapshots caught unfinished: by their own record, else by what they have done in
 * another group. docs/format/11-transactions.md.
 *
 * Walks over the rows of transactions three times, and over all keys once when there is something to look up. Memory: four side sorts.
 * Throws what {@link VersionCursor.refused} makes of malformed rows; EnvironmentError when the scratch disk fails.
 */
export function resolveTransactions(inputs: TransactionInputs, options: ResolveOptions): ResolvedTransactions {
  const added = new AddedVersions(options.scratch);
  try {
    const counts = resolve(inputs, added, options);
    return { counts, addedCount: added.count, added: () => added.sorted(), close: () => added.close() };
  } catch (error) {
    added.close();
    throw error;
  }
}

function resolve(inputs: TransactionInputs, added: AddedVersions, options: ResolveOptions): TransactionCounts {
  const { scratch, asOf, warn } = options;
  const table = new TransactionTable(scratch);
  const lookup = new VersionLookup(scratch);
  const proven = new ProvenByOthers(scratch);
  try {
    const findings = new TransactionFindings(inputs.groups, asOf);
    const ends = new TransactionEnds({ added, findings, proven, lookup, inputs });
    eachLock(inputs.entries(LOCK_ROWS, 'read'), scratch, (lock) => table.addLock(lock));
    readRecords(inputs, { table, lookup, findings });
    table.each(ends);
    lookup.answer(
      () => inputs.entries('', 'passed over'),
      (found, encoded, note) => {
        const end = encoded.length - TIMESTAMP_BYTES;
        const at = versionBefore(encoded, encoded.length);
        if (note.length === 0) {
          if (!found) findings.addLost(encoded.subarray(0, end), at);
        } else if (found) proven.answer(note, at);
      },
    );
    proven.each(ends);
    added.readIntents(() => inputs.entries(INTENT_ROWS, 'read'));
    if (warn !== undefined) findings.report(warn);
    const { committed, rolledBack, undecided } = ends;
    const { torn, maybeTorn, lostByNode } = findings;
    return { committed, rolledBack, undecided, torn, maybeTorn, lostByNode };
  } finally {
    table.close();
    lookup.close();
    proven.close();
  }
}

interface Records {
  readonly table: TransactionTable;
  readonly lookup: VersionLookup;
  readonly findings: TransactionFindings;
}

/** Of a question whether a commit has its write. */
const NO_NOTE = Buffer.alloc(0);

function readRecords(inputs: TransactionInputs, { table, lookup, findings }: Records): void {
  eachNewest(inputs.entries(COMMIT_ROWS, 'read'), (row) => {
    const { bytes, keyStart, input } = row;
    const end = primaryEndOf(row, COMMIT_ROWS);
    const primary = bytes.subarray(keyStart + COMMIT_ROWS.length, end);
    const start = bytes.readBigUInt64BE(end);
    const at = readCommit(row);
    table.addCommit(primary, start, at);
    findings.checkClocks(input, { primary, start }, at);
    if (findings.needsWrite(input, at)) lookup.ask(primary, at, NO_NOTE);
  });
  eachNewest(inputs.entries(ROLLBACK_ROWS, 'read'), (row) => {
    const end = primaryEndOf(row, ROLLBACK_ROWS);
    checkRollback(row);
    table.addRollback(row.bytes.subarray(row.keyStart + ROLLBACK_ROWS.length, end), row.bytes.readBigUInt64BE(end));
  });
}

/** The newest version of each key that is no deletion. */
function eachNewest(rows: VersionCursor, take: (row: VersionCursor) => void): void {
  const filter = new VersionFilter();
  while (rows.next()) {
    if (filter.pass(rows.bytes, rows.keyStart, rows.keyEnd) === 'newest' && !rows.tombstone) take(rows);
  }
}
