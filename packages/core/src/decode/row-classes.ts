import { ADAPTERS } from '../adapters/adapters.ts';

/** Locks of transactions that were open when the snapshot was taken; a part of `!txn|`. */
export const TRANSACTION_LOCKS = '!txn|lock|';

/** What else of transactions over several groups is looked at: prepared writes, and how they ended. */
const TRANSACTION_RECORDS = ['!txn|int|', '!txn|cmt|', '!txn|rb|'];

/** Rows of the cluster itself: no user's data, counted as internal. docs/format/01-snapshot.md, section 7.1. */
export const INTERNAL_FAMILIES: readonly string[] = [
  ...ADAPTERS.flatMap(({ families }) => families.internal),
  '!txn|',
  TRANSACTION_LOCKS,
  ...TRANSACTION_RECORDS,
  '!dist|',
  '!encryption|',
];

/** Markers without meaning for the data, counted as operational. Section 7.3. */
export const OPERATIONAL_FAMILIES: readonly string[] = ADAPTERS.flatMap(({ families }) => families.operational);

/** User data that no adapter reads, with what to say of it. Section 7.3. */
export const UNREAD_FAMILIES: ReadonlyMap<string, string> = new Map([
  ...ADAPTERS.flatMap(({ families }) => [...families.unread]),
  ['!fs|', 'files of the file system, which no adapter of ekv reads'],
  ['', 'keys without a family (the raw key-value API, or very old Redis strings), which no adapter of ekv reads'],
]);

/** All that a snapshot's rows are told apart by. */
export const KNOWN_FAMILIES: readonly string[] = [
  ...ADAPTERS.flatMap(({ families }) => families.data),
  ...INTERNAL_FAMILIES,
  ...OPERATIONAL_FAMILIES,
];
