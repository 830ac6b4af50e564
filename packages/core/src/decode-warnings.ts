import { ListedWarnings, printable, type SnapshotSummary, type Warn } from '@ekv/snapshot';

/** Rows of the cluster itself: no user's data, counted as internal. docs/format/01-snapshot.md, section 7.1. */
export const INTERNAL_FAMILIES = [
  '!s3|bucket|gen|',
  '!s3|gc|upload|',
  '!s3route|',
  '!txn|',
  '!dist|',
  '!encryption|',
] as const;

/** Locks of transactions that were open when the snapshot was taken; a part of `!txn|`. */
export const TRANSACTION_LOCKS = '!txn|lock|';

/** Markers without meaning for the data, counted as operational. Section 7.3. */
export const OPERATIONAL_FAMILIES = [
  '!redis|txn-wide-hash|',
  '!redis|txn-wide-list|',
  '!redis|txn-wide-set|',
  '!redis|txn-wide-zset|',
  '!redis|route|',
] as const;

/** User data that no adapter reads, with what to say of it. Section 7.3. */
const UNREAD_USER_DATA: ReadonlyMap<string, string> = new Map([
  ['!redis|stream|', 'streams in an old one-value form, which current servers discard too'],
  ['!fs|', 'files of the file system, which no adapter of ekv reads'],
  ['', 'keys without a family (the raw key-value API, or very old Redis strings), which no adapter of ekv reads'],
]);

/** Warns of visible rows that are not in the tree, and of what is odd about the snapshot as a whole. */
export function warnOfSnapshot(summary: SnapshotSummary, warn: Warn): void {
  const unknown = new ListedWarnings(warn, 'unknown_family', 'rows of more unknown families were left out', {
    loss: true,
  });
  for (const [bytes, { count, example }] of unreadGroups(summary)) {
    const what = UNREAD_USER_DATA.get(bytes);
    const family = printable(Buffer.from(bytes, 'latin1'));
    const fields = { family, count, example: printable(example) };
    if (what === undefined) unknown.add(`rows of an unknown family ${family} were left out`, fields);
    else warn({ event: 'unread_user_data', message: `rows were left out: ${what}`, fields, loss: true });
  }
  unknown.finish();
  const locks = summary.families.get(TRANSACTION_LOCKS) ?? 0;
  if (locks > 0) {
    warn({
      event: 'open_transactions',
      message:
        'transactions were open when the snapshot was taken: what they had prepared is not in the dump; take a later snapshot if it matters',
      fields: { locks },
    });
  }
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

/** Rows that no adapter takes: user data by its prefix, however its keys go on, all others by their family. */
function unreadGroups({ unknown }: SnapshotSummary): Map<string, { count: number; example: Uint8Array }> {
  const groups = new Map<string, { count: number; example: Uint8Array }>();
  for (const [family, { count, example }] of unknown) {
    const name = [...UNREAD_USER_DATA.keys()].find((prefix) => prefix !== '' && family.startsWith(prefix)) ?? family;
    const group = groups.get(name);
    if (group === undefined) groups.set(name, { count, example });
    else group.count += count;
  }
  return groups;
}
