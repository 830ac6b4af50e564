import { ExternalSorter, type RowSource, type ScratchFolder, SIDE_SORT_BYTES, type SortedRows } from '@ekv/snapshot';
import { KINDS, type Kind } from '../key-kinds.ts';
import { hyperLogLogExpiry } from '../layout/blob-value.ts';
import {
  HASH_METADATA_ROWS,
  HYPERLOGLOG_ROWS,
  SET_METADATA_ROWS,
  SORTED_SET_METADATA_ROWS,
  STREAM_METADATA_ROWS,
} from '../layout/families.ts';
import { expiryField } from '../layout/metadata.ts';
import { hasSeveralKinds } from './kinds-present.ts';
import { type KeyRange, prefixLast, prefixLastSortKey } from './rows/key-order.ts';
import { type KeyedRows, LengthPrefixedRows } from './rows/keyed-rows.ts';
import { listMetadataRows } from './rows/list-metadata-rows.ts';

/** Before the Redis key: the expiry, u64, and the number of the kind. */
const KEY_AT = 9;

const LENGTH_PREFIXED: ReadonlyArray<readonly [Kind, family: string]> = [
  ['hash', HASH_METADATA_ROWS],
  ['set', SET_METADATA_ROWS],
  ['sorted set', SORTED_SET_METADATA_ROWS],
  ['stream', STREAM_METADATA_ROWS],
];

/**
 * Keys of any kind but string that hold their expiry themselves, in long metadata or a header: all kinds of a key at a time,
 * keys in the order of `prefixLast`.
 */
export class OwnExpiries implements KeyRange {
  readonly #rows: SortedRows | undefined;
  readonly #expiries: bigint[] = [];
  #ahead: boolean;
  present = false;
  bytes: Buffer = Buffer.alloc(0);
  readonly keyStart = 0;
  keyEnd = 0;
  /** The kinds of the key at hand that hold an expiry. */
  kinds = new Set<Kind>();

  /** With one kind alone in the snapshot nothing has to be settled, and no key is given. */
  constructor(source: RowSource, scratch: ScratchFolder) {
    this.#rows = hasSeveralKinds(source) ? sorted(source, scratch) : undefined;
    this.#ahead = this.#rows?.next() ?? false;
    this.advance();
  }

  /** Whether a kind of the key at hand holds this expiry. */
  has(expiry: bigint): boolean {
    return this.#expiries.includes(expiry);
  }

  /** Goes to the next key. */
  advance(): void {
    this.present = this.#ahead;
    if (!this.present) return this.#rows?.close();
    const rows = this.#rows!;
    this.kinds = new Set();
    this.#expiries.length = 0;
    this.bytes = Buffer.from(rows.bytes.subarray(rows.payloadStart + KEY_AT, rows.payloadEnd));
    this.keyEnd = this.bytes.length;
    do {
      const { bytes, payloadStart } = rows;
      this.#expiries.push(bytes.readBigUInt64BE(payloadStart));
      this.kinds.add(KINDS[bytes[payloadStart + 8]!]!);
      this.#ahead = rows.next();
    } while (this.#ahead && rows.isRepeated());
  }

  /** Whether the key at hand comes before another one. */
  isBefore(key: KeyRange): boolean {
    return this.present && prefixLast(this, key) < 0;
  }

  /** Whether the key at hand is this one. */
  isAt(key: KeyRange): boolean {
    return this.present && prefixLast(this, key) === 0;
  }
}

function sorted(source: RowSource, scratch: ScratchFolder): SortedRows {
  const sorter = new ExternalSorter({ scratch, arenaBytes: SIDE_SORT_BYTES });
  const add = (kind: Kind, expiry: bigint, { bytes, keyStart, keyEnd }: KeyRange) => {
    if (expiry === 0n) return;
    const payload = Buffer.allocUnsafe(KEY_AT + keyEnd - keyStart);
    payload.writeBigUInt64BE(expiry);
    payload[8] = KINDS.indexOf(kind);
    bytes.copy(payload, KEY_AT, keyStart, keyEnd);
    sorter.add(prefixLastSortKey(bytes, keyStart, keyEnd), payload);
  };
  const addMetadata = (kind: Kind, rows: KeyedRows) => {
    for (; rows.present; rows.advance()) add(kind, expiryField(kind, rows) ?? 0n, rows);
  };
  for (const [kind, family] of LENGTH_PREFIXED) addMetadata(kind, new LengthPrefixedRows(source.rows(family), family));
  addMetadata('list', listMetadataRows(source));
  for (const rows = source.rows(HYPERLOGLOG_ROWS); rows.next(); ) {
    const { bytes, keyStart, keyEnd } = rows;
    add('HyperLogLog', hyperLogLogExpiry(rows), { bytes, keyStart: keyStart + HYPERLOGLOG_ROWS.length, keyEnd });
  }
  return sorter.sorted();
}
