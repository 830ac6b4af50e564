import { encodeFileName } from '@ekv/dump-tree';
import { ExternalSorter, type RowSource, type ScratchFolder, SIDE_SORT_BYTES, type SortedRows } from '@ekv/snapshot';
import { KINDS, type Kind } from '../key-kinds.ts';
import { HYPERLOGLOG_HEADER_BYTE, hasBlobHeader, STRING_HEADER_BYTE } from '../layout/blob-value.ts';
import { EXPIRY_BYTES, readExpiryValue } from '../layout/expiry-value.ts';
import {
  EXPIRY_ROWS,
  HASH_FIELD_ROWS,
  HASH_METADATA_ROWS,
  HYPERLOGLOG_ROWS,
  LIST_ITEM_ROWS,
  ONE_VALUE_HASH_ROWS,
  ONE_VALUE_SET_ROWS,
  ONE_VALUE_SORTED_SET_ROWS,
  SET_MEMBER_ROWS,
  SET_METADATA_ROWS,
  SORTED_SET_MEMBER_ROWS,
  SORTED_SET_METADATA_ROWS,
  STREAM_ENTRY_ROWS,
  STREAM_METADATA_ROWS,
  STRING_ROWS,
} from '../layout/families.ts';
import { expiryField } from '../layout/metadata.ts';
import { u64s } from '../layout/row-keys.ts';
import type { LeftOutKinds } from './left-out-kinds.ts';
import { OwnExpiries } from './own-expiries.ts';
import { byLength, type KeyRange, prefixLast, prefixLastSortKey } from './rows/key-order.ts';
import { type KeyedRows, LengthPrefixedRows } from './rows/keyed-rows.ts';
import { ListItemRows } from './rows/list-item-rows.ts';
import { listMetadataRows } from './rows/list-metadata-rows.ts';
import { OneValueRows } from './rows/one-value-rows.ts';
import { PrefixLastRows } from './rows/prefix-last-rows.ts';
import { LENGTH_THEN_KEY, SortedKeyRows } from './rows/sorted-key-rows.ts';

/** Index rows that each type owns; `undefined` = none. Payloads begin with the expiry, u64 BE, clamped to 2^63-1. */
export interface ExpiryOwners {
  /**
   * For strings and HyperLogLogs whose value has no header, in the order that was asked for; the sort key is the offset of that row,
   * u64 BE. The payload goes on with one byte ({@link STRING} or {@link HYPERLOGLOG}) and the Redis key.
   */
  readonly bareValues: SortedRows | undefined;
  /** In the form {@link VALUE_THEN_KEY}. */
  readonly lists: SortedRows | undefined;
  /** These in the form {@link LENGTH_THEN_KEY}. */
  readonly hashes: SortedRows | undefined;
  readonly sets: SortedRows | undefined;
  readonly sortedSets: SortedRows | undefined;
  readonly streams: SortedRows | undefined;
  /** Index rows of keys that do not exist. */
  readonly orphans: number;
  /** The first key of these, as a file name would have it. */
  readonly orphanExample: string;
}

export const STRING = 0;
export const HYPERLOGLOG = 1;

/** Rows in whose order the expiries of bare values are wanted: sidecars have that of index rows. */
export type BareOrder = 'index rows' | 'values';

/** Enough of a value to see whether it begins with a header. */
const HEADER_BYTES = 2;

const NO_OWNERS: ExpiryOwners = {
  bareValues: undefined,
  lists: undefined,
  hashes: undefined,
  sets: undefined,
  sortedSets: undefined,
  streams: undefined,
  orphans: 0,
  orphanExample: '',
};

/**
 * Settles, before any collection is written, which key each `!redis|ttl|` row belongs to
 * (docs/format/03-redis.md, section 3). Only keys and expiries are looked at, in two walks: one in the order of keys without
 * length, one in the order of keys with length.
 *
 * @param leftOut gets all keys that expire as several kinds.
 */
export function findExpiryOwners(
  source: RowSource,
  scratch: ScratchFolder,
  { leftOut, bareOrder }: { readonly leftOut: LeftOutKinds; readonly bareOrder: BareOrder },
): ExpiryOwners {
  const bareValues = new OwnedExpiries(scratch);
  const lists = new OwnedExpiries(scratch);
  const others = new OwnedExpiries(scratch);
  const own = new OwnExpiries(source, scratch);
  if (source.count(EXPIRY_ROWS) > 0) giveToOneKeyRows(source, own, { bareValues, bareOrder, lists, others, leftOut });
  for (; own.present; own.advance()) leftOut.settle(own, own.kinds);
  return {
    ...giveToCollections(source, others.sorted(), { scratch, leftOut }),
    bareValues: bareValues.sorted(),
    lists: lists.sorted(),
  };
}

/** A sort that is made when the first row comes. */
class OwnedExpiries {
  readonly #scratch: ScratchFolder;
  #sorter: ExternalSorter | undefined;

  constructor(scratch: ScratchFolder) {
    this.#scratch = scratch;
  }

  add(sortKey: Uint8Array, payload: Uint8Array): void {
    this.#sorter ??= new ExternalSorter({ scratch: this.#scratch, arenaBytes: SIDE_SORT_BYTES });
    this.#sorter.add(sortKey, payload);
  }

  sorted(): SortedRows | undefined {
    return this.#sorter?.sorted();
  }
}

interface FirstTakers {
  readonly bareValues: OwnedExpiries;
  readonly bareOrder: BareOrder;
  readonly lists: OwnedExpiries;
  /** The payload goes on with one byte: the kinds that hold an expiry themselves. */
  readonly others: OwnedExpiries;
  readonly leftOut: LeftOutKinds;
}

const NO_KINDS: ReadonlySet<Kind> = new Set();

/**
 * Strings, HyperLogLogs and lists; the last of them that has the key owns the row. The rest is handed on. A row that repeats
 * what a kind of the key holds itself is that kind's, and no other one's.
 */
function giveToOneKeyRows(source: RowSource, own: OwnExpiries, to: FirstTakers): void {
  const rows = (prefix: string, valueBytes: number) => new PrefixLastRows(source.rows(prefix), prefix, valueBytes);
  const strings = rows(STRING_ROWS, HEADER_BYTES);
  const hyperLogLogs = rows(HYPERLOGLOG_ROWS, HEADER_BYTES);
  const listMetadata = listMetadataRows(source);
  const listItems = new ListItemRows(source.rows(LIST_ITEM_ROWS), LIST_ITEM_ROWS, { items: 'passed over' });
  const expiries = rows(EXPIRY_ROWS, EXPIRY_BYTES + 1);
  const sortKey = (value: PrefixLastRows) => u64s(BigInt((to.bareOrder === 'values' ? value : expiries).offset));
  for (; expiries.present; expiries.advance()) {
    const payload = u64s(readExpiryValue(expiries));
    for (; own.isBefore(expiries); own.advance()) to.leftOut.settle(own, own.kinds);
    const isShared = own.isAt(expiries);
    if (isShared && own.has(expiries.bytes.readBigUInt64BE(expiries.valueStart))) continue;
    let kinds = isShared ? own.kinds : NO_KINDS;
    const hasListMetadata = has(listMetadata, expiries);
    const inList = hasListMetadata || has(listItems, expiries);
    const inHyperLogLog = has(hyperLogLogs, expiries);
    if (has(strings, expiries)) {
      if (!hasBlobHeader(strings, STRING_HEADER_BYTE))
        to.bareValues.add(sortKey(strings), bareValue(payload, STRING, expiries));
    } else if (inHyperLogLog) {
      if (!hasBlobHeader(hyperLogLogs, HYPERLOGLOG_HEADER_BYTE)) {
        to.bareValues.add(sortKey(hyperLogLogs), bareValue(payload, HYPERLOGLOG, expiries));
        kinds = withOwner(kinds, 'HyperLogLog', payload);
      }
    } else if (inList) {
      const key = expiries.bytes.subarray(expiries.keyStart, expiries.keyEnd);
      to.lists.add(
        prefixLastSortKey(expiries.bytes, expiries.keyStart, expiries.keyEnd),
        Buffer.concat([payload, key]),
      );
      const isRuled = hasListMetadata && expiryField('list', listMetadata) !== undefined;
      if (!isRuled) kinds = withOwner(kinds, 'list', payload);
    } else {
      to.others.add(lengthAndKey(expiries), Buffer.concat([payload, Buffer.from([bitsOf(kinds)])]));
      kinds = NO_KINDS;
    }
    to.leftOut.settle(expiries, kinds);
    if (isShared) own.advance();
  }
}

/** The kinds that hold an expiry themselves, and the owner of the index row. An expiry of 0 is none. */
function withOwner(holders: ReadonlySet<Kind>, owner: Kind, expiry: Buffer): ReadonlySet<Kind> {
  return holders.size === 0 || expiry.readBigUInt64BE(0) === 0n ? holders : new Set([...holders, owner]);
}

function bitsOf(kinds: ReadonlySet<Kind>): number {
  let bits = 0;
  for (const kind of kinds) bits |= 1 << KINDS.indexOf(kind);
  return bits;
}

function kindsIn(bits: number): ReadonlySet<Kind> {
  return new Set(KINDS.filter((_, i) => bits & (1 << i)));
}

/** The rows of a type whose keys follow their length. */
interface TypeRows {
  readonly name: 'hashes' | 'sets' | 'sortedSets' | 'streams';
  readonly kind: Kind;
  readonly elements: KeyedRows;
  readonly metadata: KeyedRows;
}

/** Hashes, then one-value sorted sets, streams, sets, sorted sets: the first of them that has the key owns the row. */
function giveToCollections(
  source: RowSource,
  expiries: SortedRows | undefined,
  { scratch, leftOut }: { readonly scratch: ScratchFolder; readonly leftOut: LeftOutKinds },
): ExpiryOwners {
  if (expiries === undefined) return NO_OWNERS;
  const type = (name: TypeRows['name'], kind: Kind, elements: string, metadata: string): TypeRows => ({
    name,
    kind,
    elements: new LengthPrefixedRows(source.rows(elements), elements),
    metadata: new LengthPrefixedRows(source.rows(metadata), metadata),
  });
  const oneValue = (prefix: string) => new OneValueRows(source, prefix, scratch, 'keys only');
  const oneHashes = oneValue(ONE_VALUE_HASH_ROWS);
  const oneSortedSets = oneValue(ONE_VALUE_SORTED_SET_ROWS);
  const oneSets = oneValue(ONE_VALUE_SET_ROWS);
  const hashes = type('hashes', 'hash', HASH_FIELD_ROWS, HASH_METADATA_ROWS);
  const streams = type('streams', 'stream', STREAM_ENTRY_ROWS, STREAM_METADATA_ROWS);
  const sets = type('sets', 'set', SET_MEMBER_ROWS, SET_METADATA_ROWS);
  const sortedSets = type('sortedSets', 'sorted set', SORTED_SET_MEMBER_ROWS, SORTED_SET_METADATA_ROWS);
  const owners: ReadonlyArray<readonly [TypeRows, readonly KeyedRows[]]> = [
    [hashes, [hashes.elements, hashes.metadata, oneHashes]],
    [sortedSets, [oneSortedSets]],
    [streams, [streams.elements, streams.metadata]],
    [sets, [sets.elements, sets.metadata, oneSets]],
    [sortedSets, [sortedSets.elements, sortedSets.metadata]],
  ];
  const found = new Map<TypeRows['name'], OwnedExpiries>();
  let orphans = 0;
  let orphanExample = '';
  const unowned = new SortedKeyRows(expiries, LENGTH_THEN_KEY);
  for (; unowned.present; unowned.advance()) {
    const owner = owners.find(([, families]) => families.some((rows) => skipTo(rows, unowned, byLength)))?.[0];
    if (owner === undefined) {
      if (orphans++ === 0) orphanExample = encodeFileName(unowned.bytes.subarray(unowned.keyStart, unowned.keyEnd));
      continue;
    }
    if (!found.has(owner.name)) found.set(owner.name, new OwnedExpiries(scratch));
    const expiry = unowned.bytes.subarray(unowned.valueStart, unowned.valueStart + EXPIRY_BYTES);
    found.get(owner.name)!.add(lengthAndKey(unowned), expiry);
    const holders = unowned.bytes[unowned.valueStart + EXPIRY_BYTES]!;
    if (holders !== 0) settleCollection(leftOut, unowned, kindsIn(holders), owner, expiry);
  }
  // Those after the last expiry are left.
  for (const rows of [oneHashes, oneSortedSets, oneSets]) rows.close();
  const of = (owner: TypeRows['name']) => found.get(owner)?.sorted();
  return {
    ...NO_OWNERS,
    hashes: of('hashes'),
    sets: of('sets'),
    sortedSets: of('sortedSets'),
    streams: of('streams'),
    orphans,
    orphanExample,
  };
}

/** A collection that owns a row, beside kinds that hold an expiry themselves. */
function settleCollection(
  leftOut: LeftOutKinds,
  key: KeyRange,
  holders: ReadonlySet<Kind>,
  { kind, metadata, elements }: TypeRows,
  expiry: Buffer,
): void {
  const hasMetadata = skipTo(metadata, key, byLength);
  const isNew = hasMetadata || skipTo(elements, key, byLength);
  // A stream without metadata does not exist, and a field for the expiry overrules the row.
  const isRuled = (kind === 'stream' && !hasMetadata) || (hasMetadata && expiryField(kind, metadata) !== undefined);
  const kinds = isRuled ? holders : withOwner(holders, kind, expiry);
  leftOut.settle(key, kinds, isNew ? undefined : kind);
}

/** Lets go of what no walk took. May be called twice. */
export function closeOwners({ bareValues, lists, hashes, sets, sortedSets, streams }: ExpiryOwners): void {
  for (const rows of [bareValues, lists, hashes, sets, sortedSets, streams]) rows?.close();
}

function has(rows: KeyedRows, key: KeyRange): boolean {
  return skipTo(rows, key, prefixLast);
}

function skipTo(rows: KeyedRows, key: KeyRange, order: (a: KeyRange, b: KeyRange) => number): boolean {
  for (; rows.present; rows.advance()) {
    const difference = order(rows, key);
    if (difference >= 0) return difference === 0;
  }
  return false;
}

function bareValue(expiry: Buffer, kind: number, row: KeyedRows): Buffer {
  return Buffer.concat([expiry, Buffer.from([kind]), row.bytes.subarray(row.keyStart, row.keyEnd)]);
}

function lengthAndKey(key: KeyRange): Buffer {
  const bytes = Buffer.alloc(4 + key.keyEnd - key.keyStart);
  bytes.writeUInt32BE(key.keyEnd - key.keyStart);
  key.bytes.copy(bytes, 4, key.keyStart, key.keyEnd);
  return bytes;
}
