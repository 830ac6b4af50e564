import {
  ListedWarnings,
  LOCK_ROWS,
  MOST_UNKNOWN_FAMILIES,
  OTHER_FAMILIES,
  printable,
  type SnapshotSummary,
  type Warn,
} from '@ekv/snapshot';
import { unreadFamily } from './row-classes.ts';

/**
 * Warns of visible rows that are not in the tree, and of what is odd about the snapshot as a whole.
 *
 * @param unclaimed what became of rows that no adapter knows.
 */
export function warnOfSnapshot(
  summary: SnapshotSummary,
  warn: Warn,
  unclaimed: 'kept' | 'left out' = 'left out',
): void {
  if (unclaimed === 'left out') warnOfUnclaimed(summary, warn);
  let newer = 0;
  let highest = 0n;
  for (const seen of summary.newerThanHeader.values()) {
    newer += seen.count;
    if (seen.highest > highest) highest = seen.highest;
  }
  if (newer === 0) return;
  warn({
    event: 'rows_newer_than_header',
    message:
      "rows are newer than the snapshot's own timestamp; they count, and the manifest keeps the header's timestamp",
    fields: { count: newer, last_commit_ts: summary.lastCommitTs, highest },
  });
}

function warnOfUnclaimed(summary: SnapshotSummary, warn: Warn): void {
  const unknown = new ListedWarnings(warn, 'unknown_family', 'rows of more unknown families were left out', {
    loss: true,
  });
  const groups = unreadGroups(summary);
  const others = groups.get(OTHER_FAMILIES)?.count ?? 0;
  groups.delete(OTHER_FAMILIES);
  for (const [bytes, { count, example }] of groups) {
    const what = unreadFamily(bytes)?.says;
    const family = printable(Buffer.from(bytes, 'latin1'));
    const fields = { family, count, example: printable(example) };
    if (what === undefined) unknown.add(`rows of an unknown family ${family} were left out`, fields);
    else warn({ event: 'unread_user_data', message: `rows were left out: ${what}`, fields, loss: true });
  }
  unknown.finish();
  if (others > 0)
    warn({
      event: 'unknown_family',
      message: `rows of unknown families beyond the first ${MOST_UNKNOWN_FAMILIES} were left out; how many families these are was not counted`,
      fields: { rows: others },
      loss: true,
    });
}

/** Of a snapshot that is read alone: how its transactions end stands in the snapshots of other groups. */
export function warnOfOpenTransactions({ families }: SnapshotSummary, warn: Warn): void {
  const locks = families.get(LOCK_ROWS) ?? 0;
  if (locks === 0) return;
  warn({
    event: 'open_transactions',
    message:
      'transactions over several groups were open when the snapshot was taken: what they had prepared is not in the dump; give the snapshots of all groups together, or take a later one',
    fields: { locks },
  });
}

/** Rows that no adapter takes: user data by its prefix, however its keys go on, all others by their family. */
function unreadGroups({ unknown }: SnapshotSummary): Map<string, { count: number; example: Uint8Array }> {
  const groups = new Map<string, { count: number; example: Uint8Array }>();
  for (const [family, { count, example }] of unknown) {
    const name = unreadFamily(family)?.prefix ?? family;
    const group = groups.get(name);
    if (group === undefined) groups.set(name, { count, example });
    else group.count += count;
  }
  return groups;
}
