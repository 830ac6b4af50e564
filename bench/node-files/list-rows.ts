import { Dice } from '../redis-tree/dice.ts';
import { ValuePool } from '../redis-tree/value-pool.ts';

/** One row as a snapshot holds it: encoded key and encoded value. */
export interface EncodedRow {
  readonly key: Buffer;
  readonly value: Buffer;
  /** Number of its list. */
  readonly list: number;
}

export interface ListShape {
  readonly lists: number;
  readonly valueBytes: number;
  readonly seed: number;
}

/** Of each list; with its metadata it has one row more. */
const ITEMS = 24;
export const ROWS_OF_A_LIST: number = ITEMS + 1;
export const LAST_COMMIT_TS = 117_691_961_398_657_025n;

/** The rows of lists in the order of a snapshot; a server routes them by the names of the lists. docs/format/03-redis.md. */
export function* listRows({ lists, valueBytes, seed }: ListShape): Generator<EncodedRow> {
  const pool = new ValuePool(seed, valueBytes * 2 + 1024);
  const dice = new Dice(seed);
  for (let list = 0; list < lists; list++) {
    dice.begin(50, list);
    for (let i = 0; i < ITEMS; i++) {
      const item = Buffer.alloc(8);
      item.writeBigUInt64BE(BigInt(i));
      const body = pool.text(dice, (valueBytes >> 1) + dice.below(valueBytes + 1));
      yield { key: encodedKey('!lst|itm|', list, item), value: encodedValue(body), list };
    }
  }
  const metadata = Buffer.alloc(24);
  metadata.writeBigUInt64BE(BigInt(ITEMS), 8);
  metadata.writeBigUInt64BE(BigInt(ITEMS), 16);
  for (let list = 0; list < lists; list++)
    yield { key: encodedKey('!lst|meta|', list, Buffer.alloc(0)), value: encodedValue(metadata), list };
}

export function listName(list: number): string {
  return `list-${String(list).padStart(9, '0')}`;
}

function encodedKey(prefix: string, list: number, rest: Buffer): Buffer {
  const version = Buffer.alloc(8);
  version.writeBigUInt64BE(BigInt.asUintN(64, ~LAST_COMMIT_TS));
  return Buffer.concat([Buffer.from(prefix + listName(list)), rest, version]);
}

function encodedValue(body: Uint8Array): Buffer {
  return Buffer.concat([Buffer.alloc(9), body]);
}
