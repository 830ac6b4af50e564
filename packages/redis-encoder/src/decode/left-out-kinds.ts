import {
  DataError,
  ExternalSorter,
  ListedWarnings,
  printable,
  type ScratchFolder,
  type Snapshot,
  type Warn,
} from '@ekv/snapshot';
import { KINDS, type Kind } from '../key-kinds.ts';
import {
  HASH_METADATA_ROWS,
  HYPERLOGLOG_ROWS,
  SET_METADATA_ROWS,
  SORTED_SET_METADATA_ROWS,
  STREAM_METADATA_ROWS,
} from '../layout/families.ts';
import type { KeyRange } from './key-order.ts';
import { type KeyedRows, LengthPrefixedRows } from './keyed-rows.ts';
import { listMetadataRows } from './list-metadata-rows.ts';

const ARENA_BYTES = 8 << 20;
/** A store with more of such keys than this is no store that a server wrote. */
const MOST_BYTES = 64 << 20;

/** What is known of the expiry of a key's value of one kind. */
const FROM_INDEX_ROW = 0;
const NEVER = 1;
const OWN = 2;
/** A stream without metadata does not exist, whatever its index row says. */
const EXISTS = 3;

/**
 * Keys that expire as values of two kinds, of which one must be left out: for each expiring key that is no string encode
 * writes one index row, so a tree with both could not be encoded. The one that the server shows stays.
 * docs/format/03-redis.md, section 3.
 */
export class LeftOutKinds {
  readonly #keys = new Set<string>();
  #bytes = 0;

  has(kind: Kind, { bytes, keyStart, keyEnd }: KeyRange): boolean {
    return this.#keys.size > 0 && this.#keys.has(nameOf(kind, bytes.subarray(keyStart, keyEnd)));
  }

  add(kind: Kind, key: Uint8Array): void {
    this.#keys.add(nameOf(kind, key));
    this.#bytes += key.length;
    if (this.#bytes <= MOST_BYTES) return;
    throw new DataError(
      'very many keys expire as values of two kinds; no server writes such a snapshot, it is damaged',
    );
  }
}

function nameOf(kind: Kind, key: Uint8Array): string {
  return `${kind} ${Buffer.from(key.buffer, key.byteOffset, key.length).toString('latin1')}`;
}

/** Collects what is known of expiring values, key by key, and finds those of two kinds. */
export class ExpiringKinds {
  readonly #scratch: ScratchFolder;
  #sorter: ExternalSorter | undefined;

  constructor(scratch: ScratchFolder) {
    this.#scratch = scratch;
  }

  /** Takes a value that owns an index row: it expires, unless its metadata says something else. */
  addOwner(kind: Kind, key: Uint8Array): void {
    this.#add(kind, FROM_INDEX_ROW, key);
  }

  /** Takes the expiries that stand in metadata and in values. */
  addMetadata(source: Snapshot): void {
    const counted: ReadonlyArray<readonly [Kind, string, shortForm: number]> = [
      ['hash', HASH_METADATA_ROWS, 8],
      ['set', SET_METADATA_ROWS, 8],
      ['sorted set', SORTED_SET_METADATA_ROWS, 8],
      ['stream', STREAM_METADATA_ROWS, 24],
    ];
    for (const [kind, family, shortForm] of counted) {
      this.#addRows(kind, new LengthPrefixedRows(source.rows(family), family), shortForm);
    }
    this.#addRows('list', listMetadataRows(source), 24);
    this.#addHyperLogLogs(source);
  }

  /** Which values must be left out, each told with a warning. To be called once. */
  leftOut(warn: Warn): LeftOutKinds {
    const found = new LeftOutKinds();
    const rows = this.#sorter?.sorted();
    if (rows === undefined) return found;
    const warnings = new ListedWarnings(
      warn,
      'redis_second_kind_left_out',
      'more keys expire as values of several kinds; the ones that a server does not show were left out',
      { loss: true },
    );
    let key = Buffer.alloc(0);
    let known = new Map<Kind, number[]>();
    const end = () => {
      const [shown, ...others] = known.size > 1 ? KINDS.filter((kind) => expires(kind, known.get(kind))) : [];
      for (const kind of others) {
        found.add(kind, key);
        warnings.add(
          `the key ${printable(key)} expires as a ${shown} and as a ${kind}, which encode could not write; the ${kind}, which a server does not show, was left out`,
          { key: printable(key), kept: shown!, left_out: kind },
        );
      }
    };
    while (rows.next()) {
      if (!rows.isRepeated()) {
        end();
        key = Buffer.from(rows.bytes.subarray(rows.keyStart, rows.keyEnd));
        known = new Map();
      }
      const kind = KINDS[rows.bytes[rows.payloadStart]!]!;
      known.set(kind, [...(known.get(kind) ?? []), rows.bytes[rows.payloadStart + 1]!]);
    }
    end();
    rows.close();
    warnings.finish();
    return found;
  }

  #addRows(kind: Kind, rows: KeyedRows, shortForm: number): void {
    for (; rows.present; rows.advance()) {
      const { bytes, keyStart, keyEnd, valueStart, valueEnd } = rows;
      const length = valueEnd - valueStart;
      const key = bytes.subarray(keyStart, keyEnd);
      if (length <= shortForm) {
        if (kind === 'stream') this.#add(kind, EXISTS, key);
      } else if (valueStart + shortForm + 8 <= valueEnd) {
        this.#add(kind, bytes.readBigUInt64BE(valueStart + shortForm) === 0n ? NEVER : OWN, key);
      }
    }
  }

  #addHyperLogLogs(source: Snapshot): void {
    const rows = source.rows(HYPERLOGLOG_ROWS);
    while (rows.next()) {
      const { bytes, keyStart, keyEnd, valueStart, valueEnd } = rows;
      const isExpiring =
        valueEnd - valueStart >= 11 &&
        bytes[valueStart] === 0xff &&
        bytes[valueStart + 1] === 2 &&
        (bytes[valueStart + 2]! & 1) !== 0 &&
        bytes.readBigUInt64BE(valueStart + 3) !== 0n;
      if (isExpiring) this.#add('HyperLogLog', OWN, bytes.subarray(keyStart + HYPERLOGLOG_ROWS.length, keyEnd));
    }
  }

  #add(kind: Kind, state: number, key: Uint8Array): void {
    this.#sorter ??= new ExternalSorter({ scratch: this.#scratch, arenaBytes: ARENA_BYTES });
    this.#sorter.add(key, Buffer.from([KINDS.indexOf(kind), state]));
  }
}

/** Metadata with a field for the expiry decides; the index row counts only without one. */
function expires(kind: Kind, states: readonly number[] | undefined): boolean {
  if (states === undefined) return false;
  if (states.includes(OWN)) return true;
  if (states.includes(NEVER) || !states.includes(FROM_INDEX_ROW)) return false;
  return kind !== 'stream' || states.includes(EXISTS);
}
