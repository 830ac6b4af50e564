import { isUtf8 } from 'node:buffer';
import { type Findings, printable, type ScratchFolder, type SnapshotRow, type SortedRows } from '@ekv/snapshot';
import { nameRedisRows } from '../layout/row-names.ts';
import { stringRecord } from '../records/blob-rows.ts';
import { hashRecords } from '../records/given-hash.ts';
import { listRecords, setRecords } from '../records/given-sequence.ts';
import { sortedSetRecords } from '../records/given-sorted-set.ts';
import { type StreamEntry, streamRecords } from '../records/given-stream.ts';
import { bytesIn, isRefusal, listIn, pairsIn, type Redis, textIn, valueIn } from './commands.ts';
import { isHyperLogLog, type KeyFacts } from './key-facts.ts';
import { distinctPairs, entryPages, listPages, type ReplyEntry, scannedElements, started } from './paged-elements.ts';
import { BINARY_ENTRY, HYPERLOGLOG, MODULE, type Skipped } from './skipped.ts';

/** The rows of a key; of a large one they come while it is read. */
export type KeyRows = Iterable<SnapshotRow> | AsyncIterable<SnapshotRow>;

export interface KeyRowsOptions {
  readonly redis: Redis;
  /** Elements of a collection that are asked for at once. */
  readonly count: number;
  readonly scratch: ScratchFolder;
  readonly skipped: Skipped;
  readonly findings: Findings;
}

const NONE: readonly SnapshotRow[] = [];

/** Reads the values of keys. A collection of more elements than are asked for at once is read page by page, one at a time. */
export class KeyRowsReader {
  readonly #options: KeyRowsOptions;
  /** Of the collection that is read page by page. */
  #scanned: SortedRows | undefined;

  constructor(options: KeyRowsOptions) {
    nameRedisRows();
    this.#options = options;
  }

  /** The rows of a key, none when it is passed over; `gone` when it is not there any more, or was replaced. */
  async read(facts: KeyFacts): Promise<KeyRows | 'gone'> {
    try {
      return await this.#read(facts);
    } catch (error) {
      if (isRefusal(error, 'WRONGTYPE') || isRefusal(error, 'ERR no such key')) return 'gone';
      throw error;
    }
  }

  /** Lets go of a collection that nobody read to its end. */
  close(): void {
    this.#scanned?.close();
  }

  #read(facts: KeyFacts): Promise<KeyRows | 'gone'> {
    switch (facts.type) {
      case 'none':
        return Promise.resolve('gone');
      case 'string':
        return this.#string(facts);
      case 'hash':
        return this.#hash(facts);
      case 'list':
        return this.#list(facts);
      case 'set':
        return this.#set(facts);
      case 'zset':
        return this.#sortedSet(facts);
      case 'stream':
        return this.#stream(facts);
      default:
        return Promise.resolve(this.#otherType(facts));
    }
  }

  async #string({ key, expireAt }: KeyFacts): Promise<KeyRows | 'gone'> {
    const { redis, skipped, findings } = this.#options;
    const value = await redis.send(['GET', key]);
    if (value === null || value === undefined) return 'gone';
    if (!isHyperLogLog(value)) return [stringRecord(key, bytesIn(value), expireAt)];
    skipped.hyperLogLog++;
    findings.add(HYPERLOGLOG, () => printable(key));
    return NONE;
  }

  #otherType({ key, type }: KeyFacts): KeyRows {
    const { skipped, findings } = this.#options;
    skipped.module++;
    findings.add(MODULE, () => `${printable(key)} (${type})`);
    return NONE;
  }

  async #hash({ key, expireAt, size }: KeyFacts): Promise<KeyRows | 'gone'> {
    if (this.#isLarge(size)) {
      const fields = await this.#scan(key, 'HSCAN');
      return fields === undefined ? 'gone' : hashRecords(key, fields, expireAt);
    }
    const fields = Array.from(pairsIn(await this.#options.redis.send(['HGETALL', key])), bytesOf);
    return fields.length === 0 ? 'gone' : [...hashRecords(key, fields, expireAt)];
  }

  async #set({ key, expireAt, size }: KeyFacts): Promise<KeyRows | 'gone'> {
    if (this.#isLarge(size)) {
      const members = await this.#scan(key, 'SSCAN');
      return members === undefined ? 'gone' : setRecords(key, names(members), expireAt);
    }
    const members = listIn(await this.#options.redis.send(['SMEMBERS', key])).map(bytesIn);
    return members.length === 0 ? 'gone' : [...setRecords(key, members, expireAt)];
  }

  async #sortedSet({ key, expireAt, size }: KeyFacts): Promise<KeyRows | 'gone'> {
    if (this.#isLarge(size)) {
      const members = await this.#scan(key, 'ZSCAN');
      return members === undefined ? 'gone' : sortedSetRecords(key, members, expireAt);
    }
    const reply = await this.#options.redis.send(['ZRANGE', key, '0', '-1', 'WITHSCORES']);
    const members = Array.from(pairsIn(reply), bytesOf);
    return members.length === 0 ? 'gone' : [...sortedSetRecords(key, members, expireAt)];
  }

  async #list({ key, expireAt, size }: KeyFacts): Promise<KeyRows | 'gone'> {
    const { redis, count } = this.#options;
    if (this.#isLarge(size)) {
      const items = await started(listPages({ redis, key, count }));
      return items === undefined ? 'gone' : listRecords(key, items, expireAt);
    }
    const items = listIn(await redis.send(['LRANGE', key, '0', '-1'])).map(bytesIn);
    return items.length === 0 ? 'gone' : [...listRecords(key, items, expireAt)];
  }

  /** A stream may have no entries and be there all the same. */
  async #stream({ key, expireAt, size }: KeyFacts): Promise<KeyRows | 'gone'> {
    const { redis, count } = this.#options;
    const last = bytesIn(valueIn(await redis.send(['XINFO', 'STREAM', key]), 'last-generated-id'));
    const options = { expireAt, last };
    if (this.#isLarge(size)) {
      const entries = await started(entryPages({ redis, key, count }));
      return entries === undefined ? 'gone' : streamRecords(key, this.#textEntries(key, entries), options);
    }
    const reply = listIn(await redis.send(['XRANGE', key, '-', '+'])) as ReplyEntry[];
    const entries = reply.map(entryOf).filter((entry) => this.#isText(key, entry));
    return [...streamRecords(key, entries, options)];
  }

  async *#textEntries(key: Buffer, entries: AsyncIterable<ReplyEntry>): AsyncGenerator<Entry> {
    for await (const reply of entries) {
      const entry = entryOf(reply);
      if (this.#isText(key, entry)) yield entry;
    }
  }

  #isText(key: Buffer, [id, fields]: Entry): boolean {
    if (fields.every((field) => isUtf8(field))) return true;
    this.#options.skipped.binaryEntry++;
    this.#options.findings.add(BINARY_ENTRY, () => `${textIn(id)} in ${printable(key)}`);
    return false;
  }

  async #scan(key: Buffer, command: ScanCommand): Promise<Generator<[Buffer, Buffer]> | undefined> {
    const { redis, count, scratch } = this.#options;
    this.#scanned = await scannedElements({ redis, key, count }, command, scratch);
    return this.#scanned === undefined ? undefined : distinctPairs(this.#scanned);
  }

  #isLarge(size: number): boolean {
    return size > this.#options.count;
  }
}

type ScanCommand = Parameters<typeof scannedElements>[1];
type Entry = StreamEntry & readonly [id: Buffer, fields: readonly Buffer[]];

function entryOf([id, fields]: ReplyEntry): Entry {
  return [bytesIn(id), listIn(fields).map(bytesIn)];
}

function bytesOf([name, value]: readonly [unknown, unknown]): [Buffer, Buffer] {
  return [bytesIn(name), bytesIn(value)];
}

function* names(pairs: Iterable<[name: Buffer, value: Buffer]>): Generator<Buffer> {
  for (const [name] of pairs) yield name;
}
