import { isUtf8 } from 'node:buffer';
import { ArgumentError, nameRows, printable, type SnapshotRow } from '@ekv/snapshot';
import { givenBytes, givenInteger, isIterable, type TextOrBytes, wrongKind } from '@ekv/snapshot/arguments';
import { STREAM_ENTRY_ROWS, STREAM_METADATA_ROWS } from '../layout/families.ts';
import { collectionName, entryName } from '../layout/row-names.ts';
import { isAbove, parseStreamId, type StreamId, ZERO_ID } from '../layout/stream-id.ts';
import { checkEntry, checkLastId } from '../sense/streams.ts';
import {
  type AsyncRows,
  checkPair,
  type ElementRecords,
  type Elements,
  givenElements,
  givenPairs,
  isPair,
  type Rows,
  recordsOf,
} from './given-elements.ts';
import { type Expiry, GivenKey, type KeyOptions } from './given-key.ts';
import { streamEntryRecord, streamStateRecords } from './stream-rows.ts';

/** `1714400000000-0` as text or bytes, or its two numbers of 64 bits unsigned. */
export type GivenStreamId = TextOrBytes | { readonly ms: bigint | number; readonly seq: bigint | number };

/** Names and values in turn, or in pairs. They must be UTF-8: a server of elastickv refuses other bytes. */
export type StreamFields =
  | readonly TextOrBytes[]
  | Iterable<readonly [name: TextOrBytes, value: TextOrBytes]>
  | Readonly<Record<string, TextOrBytes>>;

/** An entry; node-redis calls the fields `message`, ioredis gives an array of both. */
export type StreamEntry =
  | { readonly id: GivenStreamId; readonly fields: StreamFields }
  | { readonly id: GivenStreamId; readonly message: StreamFields }
  | { readonly ms: bigint | number; readonly seq: bigint | number; readonly fields: StreamFields }
  | readonly [id: GivenStreamId, fields: StreamFields];

/** Of a stream, beside what every key has. */
export interface StreamOptions extends KeyOptions {
  /** The highest id that was ever given out (`last-generated-id` of XINFO). Default: the highest of the entries; it is never below that. */
  readonly last?: GivenStreamId | undefined;
}

/**
 * The rows of a stream. Entries come in any order; ids must differ. An async source, such as one of XRANGE, gives rows to `for await`.
 * Entries are taken one by one as the rows are. Throws ArgumentError. docs/format/03-redis.md, section 10.
 *
 * @param options when the key expires, or that and more.
 */
export function streamRecords(key: TextOrBytes, entries: Iterable<StreamEntry>, options?: Expiry | StreamOptions): Rows;
export function streamRecords(
  key: TextOrBytes,
  entries: AsyncIterable<StreamEntry>,
  options?: Expiry | StreamOptions,
): AsyncRows;
export function streamRecords(
  key: TextOrBytes,
  entries: Elements<StreamEntry>,
  options?: Expiry | StreamOptions,
): Rows | AsyncRows {
  const given = new GivenKey('stream', key, options, 'last');
  const records = new StreamRecords(given, lastOf(options));
  return recordsOf(
    givenElements(entries, () => `the entries of ${given.name()}`),
    records,
  );
}

function lastOf(options: Expiry | StreamOptions): GivenStreamId | undefined {
  return typeof options === 'object' && options !== null && 'last' in options ? options.last : undefined;
}

class StreamRecords implements ElementRecords<StreamEntry> {
  readonly #key: GivenKey;
  #last: StreamId;
  #count = 0n;
  /** Of the entry at hand, once it is known. */
  #id: StreamId | undefined;

  constructor(key: GivenKey, last: GivenStreamId | undefined) {
    nameRows(STREAM_METADATA_ROWS, collectionName);
    nameRows(STREAM_ENTRY_ROWS, entryName);
    this.#key = key;
    this.#last = last === undefined ? ZERO_ID : givenId(last, () => `the last id of ${key.name()}`);
  }

  of(entry: StreamEntry): SnapshotRow {
    this.#count++;
    this.#id = undefined;
    checkPair(entry, '{ id, fields } or [id, fields]', this.#name);
    const id = givenId(isPair(entry) ? entry[0] : 'id' in entry ? entry.id : entry, this.#idName);
    this.#id = id;
    const fields = this.#fields(entry);
    if (this.#key.findings !== undefined) checkEntry(this.#key.findings, id, fields.length, this.#key.name);
    if (isAbove(id, this.#last)) this.#last = id;
    return streamEntryRecord(this.#key.bytes, id, fields);
  }

  end(): Iterable<SnapshotRow> {
    const { bytes, expireAt, findings, name } = this.#key;
    if (findings !== undefined) checkLastId(findings, this.#last, name);
    this.#key.finish();
    return streamStateRecords(bytes, { length: this.#count, last: this.#last }, expireAt);
  }

  /** Names and values in turn. */
  #fields(entry: StreamEntry): Uint8Array[] {
    const given = isPair(entry) ? entry[1] : 'message' in entry ? entry.message : entry.fields;
    const flat = isFlat(given) ? given : this.#pairs(given);
    if (flat.length % 2 !== 0) throw new ArgumentError(`${this.#name()} has a field name without a value`);
    const fields = flat.map((part) => givenBytes(part, this.#partName));
    for (const [i, field] of fields.entries()) {
      if (typeof flat[i] !== 'string' && !isUtf8(field))
        throw new ArgumentError(
          `${this.#name()}: "${printable(field)}" is not UTF-8; elastickv has streams of text alone`,
        );
    }
    return fields;
  }

  #pairs(given: Exclude<StreamFields, readonly TextOrBytes[]>): TextOrBytes[] {
    const pairs = givenPairs<readonly [TextOrBytes, TextOrBytes], TextOrBytes>(given, this.#fieldsName);
    if (!isIterable<readonly [TextOrBytes, TextOrBytes]>(pairs))
      throw wrongKind(given, this.#fieldsName, 'an array, an iterable or a plain object');
    const flat: TextOrBytes[] = [];
    for (const pair of pairs) {
      checkPair(pair, '[name, value]', this.#partName);
      flat.push(pair[0], pair[1]);
    }
    return flat;
  }

  readonly #name = () => `entry ${this.#id === undefined ? this.#count : idText(this.#id)} of ${this.#key.name()}`;
  readonly #idName = () => `the id of ${this.#name()}`;
  readonly #fieldsName = () => `the fields of ${this.#name()}`;
  readonly #partName = () => `a field of ${this.#name()}`;
}

function isFlat(given: StreamFields): given is readonly TextOrBytes[] {
  return Array.isArray(given) && !Array.isArray(given[0]);
}

function givenId(given: GivenStreamId, name: () => string): StreamId {
  if (typeof given === 'object' && given !== null && 'ms' in given && 'seq' in given)
    return { ms: givenInteger(given.ms, name), seq: givenInteger(given.seq, name) };
  const text = Buffer.from(givenBytes(given as TextOrBytes, name)).toString('latin1');
  const id = parseStreamId(text);
  if (id !== undefined) return id;
  const shown = printable(Buffer.from(text, 'latin1'));
  throw new ArgumentError(`${name()} must be two numbers of 64 bits joined by "-", as 1714400000000-0, not "${shown}"`);
}

function idText({ ms, seq }: StreamId): string {
  return `${ms}-${seq}`;
}
