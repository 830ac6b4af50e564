import { encodeFileName, isHashedFileName, keymapLine, type TreeSink } from '@ekv/dump-tree';
import type { ScratchFolder } from '@ekv/snapshot';
import { CollectionMaker, type CollectionType } from './collection.ts';
import { Dice } from './dice.ts';
import { redisExpiry, redisKey } from './key.ts';
import { COMMIT_TS } from './manifest.ts';
import { OrderedLines } from './ordered-lines.ts';
import { ValuePool } from './value-pool.ts';

type RedisType = CollectionType | 'string' | 'hll';

/** How many of 100 keys are of which type. */
const SHARES: readonly (readonly [RedisType, number])[] = [
  ['string', 80],
  ['hash', 6],
  ['zset', 4],
  ['list', 4],
  ['set', 4],
  ['stream', 1],
  ['hll', 1],
];
const WHEEL = SHARES.flatMap(([type, share]) => Array<RedisType>(share).fill(type));
/** Has no divisor in common with the wheel's length: 100 records in a row are each type's share. */
const STEP = 37;

/** The order of types in KEYMAP.jsonl; docs/format/03-redis.md, section 12. */
const KEYMAP_ORDER: readonly RedisType[] = ['hll', 'string', 'hash', 'list', 'set', 'zset', 'stream'];

const DATABASE = 'redis/db_0';
const FOLDERS: Record<RedisType, string> = {
  string: 'strings',
  hash: 'hashes',
  zset: 'zsets',
  list: 'lists',
  set: 'sets',
  stream: 'streams',
  hll: 'hll',
};

/** One value in this many is empty. */
const EMPTY_SHARE = 1024;

export interface RedisTreeShape {
  /** Number of keys. */
  readonly records: number;
  /** Mean length of a value; elements of collections have a quarter of it. */
  readonly valueBytes: number;
  /** Changes keys and values, not the number of keys of a type. */
  readonly seed: number;
}

/** Writes the `redis/` folder of a generated tree, in bounded memory. */
export function writeRedisTree(shape: RedisTreeShape, sink: TreeSink, scratch: ScratchFolder): void {
  const writer = new RedisTreeWriter(shape, sink, scratch);
  for (let record = 0; record < shape.records; record++) writer.record(record);
  writer.finish();
}

class RedisTreeWriter {
  readonly #sink: TreeSink;
  readonly #valueBytes: number;
  readonly #dice: Dice;
  readonly #pool: ValuePool;
  readonly #collections: CollectionMaker;
  readonly #sidecars: { readonly string: OrderedLines; readonly hll: OrderedLines };
  readonly #keymap: OrderedLines;

  constructor({ valueBytes, seed }: RedisTreeShape, sink: TreeSink, scratch: ScratchFolder) {
    this.#sink = sink;
    this.#valueBytes = valueBytes;
    this.#dice = new Dice(seed);
    this.#pool = new ValuePool(seed, valueBytes * 2 + 1024);
    this.#collections = new CollectionMaker(this.#pool, this.#dice, Math.max(1, valueBytes >> 2));
    this.#sidecars = { string: new OrderedLines(scratch), hll: new OrderedLines(scratch) };
    this.#keymap = new OrderedLines(scratch);
  }

  record(record: number): void {
    this.#dice.begin(3, record);
    const type = WHEEL[(record * STEP) % WHEEL.length]!;
    const key = redisKey(this.#dice, this.#pool, type, record);
    const name = encodeFileName(key);
    const expiry = redisExpiry(this.#dice);
    if (type === 'string' || type === 'hll') this.#blob(type, key, name, expiry);
    else this.#collection(type, key, name, expiry, record);
  }

  finish(): void {
    this.#sidecars.string.writeTo(this.#sink, `${DATABASE}/strings_ttl.jsonl`);
    this.#sidecars.hll.writeTo(this.#sink, `${DATABASE}/hll_ttl.jsonl`);
    this.#keymap.writeTo(this.#sink, `${DATABASE}/KEYMAP.jsonl`);
  }

  #blob(type: 'string' | 'hll', key: Buffer, name: string, expiry: number | null): void {
    this.#sink.file(`${DATABASE}/${FOLDERS[type]}/${name}.bin`, this.#blobValue(type));
    const place = Buffer.concat([key, KEY_SUFFIX]);
    this.#recordName(type, place, key, name);
    if (expiry === null) return;
    this.#sidecars[type].add(place, Buffer.from(`{"key":"${name}","expire_at_ms":${expiry}}\n`));
    this.#recordName(type, place, key, name);
  }

  /** A quarter of the strings and all HyperLogLogs are binary. */
  #blobValue(type: 'string' | 'hll'): Buffer {
    const binary = type === 'hll' || this.#dice.oneIn(4);
    const empty = this.#dice.oneIn(EMPTY_SHARE);
    const length = empty ? 0 : (this.#valueBytes >> 1) + this.#dice.below(this.#valueBytes + 1);
    const value = binary ? this.#pool.binary(this.#dice, length) : this.#pool.text(this.#dice, length);
    return type === 'hll' ? hyperLogLog(value) : value;
  }

  #collection(type: CollectionType, key: Buffer, name: string, expiry: number | null, record: number): void {
    const suffix = type === 'stream' ? '.jsonl' : '.json';
    const text = this.#collections.make(type, record, expiry);
    this.#sink.file(`${DATABASE}/${FOLDERS[type]}/${name}${suffix}`, Buffer.from(text));
    this.#recordName(type, key, key, name);
  }

  #recordName(type: RedisType, place: Buffer, key: Buffer, name: string): void {
    if (!isHashedFileName(name)) return;
    const line = keymapLine({ encoded: name, original: key, kind: 'sha-fallback' });
    this.#keymap.add(Buffer.concat([Buffer.from([KEYMAP_ORDER.indexOf(type)]), place]), line);
  }
}

/** One added element as a server stores it, or encode warns of it; docs/format/03-redis.md, section 5. */
function hyperLogLog(element: Buffer): Buffer {
  const length: number[] = [];
  let rest = element.length;
  for (; rest > 0x7f; rest >>>= 7) length.push((rest & 0x7f) | 0x80);
  return Buffer.concat([Buffer.from([0x00, 0x52, 0x53, 0x01, 0x0a, ...length, rest]), element]);
}

/** What a snapshot's keys end in, and so decides the order of keys that are the beginning of others. */
const KEY_SUFFIX = Buffer.alloc(8);
KEY_SUFFIX.writeBigUInt64BE(BigInt.asUintN(64, ~COMMIT_TS));
