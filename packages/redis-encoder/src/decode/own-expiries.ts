import { ExternalSorter, type RowSource, type ScratchFolder, type SortedRows } from '@ekv/snapshot';
import { KINDS, type Kind } from '../key-kinds.ts';
import { hyperLogLogExpiry } from '../layout/blob-value.ts';
import {
  HASH_METADATA_ROWS,
  HYPERLOGLOG_ROWS,
  SET_METADATA_ROWS,
  SORTED_SET_METADATA_ROWS,
  STREAM_METADATA_ROWS,
} from '../layout/families.ts';
import { hasSeveralKinds } from './kinds-present.ts';
import { type KeyRange, prefixLast, prefixLastSortKey } from './rows/key-order.ts';
import { type KeyedRows, LengthPrefixedRows } from './rows/keyed-rows.ts';
import { LIST_LONG_METADATA, listMetadataRows } from './rows/list-metadata-rows.ts';

const ARENA_BYTES = 8 << 20;
/** Before the Redis key: the expiry, u64, and the place of the kind. */
const KEY_AT = 9;

/** Lengths of metadata that has an expiry field, and where that is. docs/format/03-redis.md, sections 2, 8 and 10. */
interface LongForm {
  readonly lengths: readonly number[];
  readonly expiryAt: number;
}

const LONG_COUNT: LongForm = { lengths: [16], expiryAt: 8 };
const LONG_LIST: LongForm = { lengths: [LIST_LONG_METADATA], expiryAt: 24 };
const LONG_STREAM: LongForm = { lengths: [32, 48], expiryAt: 24 };

const LENGTH_PREFIXED: ReadonlyArray<readonly [Kind, family: string, LongForm]> = [
  ['hash', HASH_METADATA_ROWS, LONG_COUNT],
  ['set', SET_METADATA_ROWS, LONG_COUNT],
  ['sorted set', SORTED_SET_METADATA_ROWS, LONG_COUNT],
  ['stream', STREAM_METADATA_ROWS, LONG_STREAM],
];

const LONG_FORM_OF: Readonly<Partial<Record<Kind, LongForm>>> = {
  ...Object.fromEntries(LENGTH_PREFIXED.map(([kind, , form]) => [kind, form])),
  list: LONG_LIST,
};

/** Whether the metadata at hand has a field for the expiry, which then decides. */
export function hasExpiryField(kind: Kind, { valueStart, valueEnd }: KeyedRows): boolean {
  return LONG_FORM_OF[kind]?.lengths.includes(valueEnd - valueStart) ?? false;
}

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
  const sorter = new ExternalSorter({ scratch, arenaBytes: ARENA_BYTES });
  const add = (kind: Kind, expiry: bigint, { bytes, keyStart, keyEnd }: KeyRange) => {
    if (expiry === 0n) return;
    const payload = Buffer.allocUnsafe(KEY_AT + keyEnd - keyStart);
    payload.writeBigUInt64BE(expiry);
    payload[8] = KINDS.indexOf(kind);
    bytes.copy(payload, KEY_AT, keyStart, keyEnd);
    sorter.add(prefixLastSortKey(bytes, keyStart, keyEnd), payload);
  };
  const addMetadata = (kind: Kind, rows: KeyedRows, { lengths, expiryAt }: LongForm) => {
    for (; rows.present; rows.advance()) {
      if (!lengths.includes(rows.valueEnd - rows.valueStart)) continue;
      add(kind, rows.bytes.readBigUInt64BE(rows.valueStart + expiryAt), rows);
    }
  };
  for (const [kind, family, form] of LENGTH_PREFIXED)
    addMetadata(kind, new LengthPrefixedRows(source.rows(family), family), form);
  addMetadata('list', listMetadataRows(source), LONG_LIST);
  for (const rows = source.rows(HYPERLOGLOG_ROWS); rows.next(); ) {
    const { bytes, keyStart, keyEnd } = rows;
    add('HyperLogLog', hyperLogLogExpiry(rows), { bytes, keyStart: keyStart + HYPERLOGLOG_ROWS.length, keyEnd });
  }
  return sorter.sorted();
}
