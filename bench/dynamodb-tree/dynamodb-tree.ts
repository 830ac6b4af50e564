import { encodeBinaryFileName, encodeFileName, type TreeSink } from '@ekv/dump-tree';
import { Dice, scrambled } from '../redis-tree/dice.ts';
import { ValuePool, WORDS } from '../redis-tree/value-pool.ts';
import { jsonFile, schemaFile } from './json-file.ts';

export interface DynamodbTreeShape {
  /** Number of items. */
  readonly records: number;
  /** Mean length of a text or a binary value. */
  readonly valueBytes: number;
  /** Changes keys and values, not the number of items of a table. */
  readonly seed: number;
}

/** Items that share a hash key. */
const SHARED = 20;
const DAY_MS = 86_400_000;
const EPOCH_MS = Date.UTC(2026, 0, 1);
const STATES = ['new', 'packed', 'sent', 'done'];

/** Writes the `dynamodb/` folder of a generated tree: three tables, each item file with its folder's others. */
export function writeDynamodbTree({ records, valueBytes, seed }: DynamodbTreeShape, sink: TreeSink): void {
  const writer = new DynamodbTreeWriter(valueBytes, seed, sink);
  const orders = Math.floor(records * 0.7);
  const sessions = Math.floor(records * 0.2);
  writer.orders(orders);
  writer.sessions(sessions);
  writer.metrics(records - orders - sessions);
}

class DynamodbTreeWriter {
  readonly #valueBytes: number;
  readonly #dice: Dice;
  readonly #pool: ValuePool;
  readonly #sink: TreeSink;

  constructor(valueBytes: number, seed: number, sink: TreeSink) {
    this.#valueBytes = valueBytes;
    this.#dice = new Dice(seed);
    this.#pool = new ValuePool(seed, valueBytes * 2 + 1024);
    this.#sink = sink;
  }

  /** Text keys and an index, which a quarter of the items is not in. */
  orders(count: number): void {
    const customer = { name: 'customer', type: 'S' };
    const placed = { name: 'placed_at', type: 'S' };
    const index = { name: 'by_status', hash: { name: 'status', type: 'S' }, range: { name: 'total', type: 'N' } };
    const more = [index.hash, index.range];
    this.#sink.file(
      'dynamodb/orders/_schema.json',
      schemaFile({ name: 'orders', hash: customer, range: placed, more, index }),
    );
    for (let i = 0; i < count; i++) this.#order(i);
  }

  #order(i: number): void {
    const dice = this.#begin(20, i);
    const number = Math.floor(i / SHARED);
    const customer = `customer#${scrambled(number)}/${WORDS[number % WORDS.length]}`;
    const placed = new Date(EPOCH_MS + (i % SHARED) * DAY_MS + dice.below(DAY_MS)).toISOString();
    const lines = Array.from({ length: 1 + dice.below(3) }, () => ({
      M: { qty: { N: String(1 + dice.below(9)) }, sku: { S: `sku-${dice.below(1_000_000)}` } },
    }));
    const total = `${dice.below(10_000)}.${String(dice.below(100)).padStart(2, '0')}`;
    const item = {
      customer: { S: customer },
      lines: { L: lines },
      note: { S: this.#text() },
      paid: { BOOL: dice.oneIn(2) },
      placed_at: { S: placed },
      ...(!dice.oneIn(4) && { status: { S: dice.pick(STATES) } }),
      tags: { SS: [0, 1, 2].map((tag) => `${dice.pick(WORDS)}${tag}`) },
      total: { N: total },
    };
    this.#item('orders', [encodeFileName(Buffer.from(customer)), encodeFileName(Buffer.from(placed))], item);
  }

  /** A text as hash key alone. */
  sessions(count: number): void {
    this.#sink.file(
      'dynamodb/sessions/_schema.json',
      schemaFile({ name: 'sessions', hash: { name: 'id', type: 'S' } }),
    );
    for (let i = 0; i < count; i++) {
      const dice = this.#begin(21, i);
      const id = `sess-${scrambled(i)}${scrambled(dice.next())}`;
      const token = this.#pool.binary(dice, this.#length());
      this.#item('sessions', [id], {
        id: { S: id },
        parent: { NULL: true },
        token: { B: token.toString('base64') },
        ttl: { N: String(1_900_000_000 + dice.below(1_000_000)) },
      });
    }
  }

  /** A number and a binary as keys. */
  metrics(count: number): void {
    const series = { name: 'series', type: 'N' };
    const at = { name: 'at', type: 'B' };
    this.#sink.file('dynamodb/metrics/_schema.json', schemaFile({ name: 'metrics', hash: series, range: at }));
    for (let i = 0; i < count; i++) {
      const dice = this.#begin(22, i);
      const number = Math.floor(i / SHARED);
      const place = Buffer.alloc(8);
      place.writeBigUInt64BE(BigInt(i) * 1000n + BigInt(dice.below(1000)));
      this.#item('metrics', [`${2 * number + 1}%2F2`, encodeBinaryFileName(place)], {
        at: { B: place.toString('base64') },
        series: { N: `${number}.5` },
        values: { NS: [0, 1, 2].map(() => `${dice.below(1000)}.${dice.below(10)}`) },
      });
    }
  }

  #begin(purpose: number, record: number): Dice {
    this.#dice.begin(purpose, record);
    return this.#dice;
  }

  #text(): string {
    return this.#pool.text(this.#dice, this.#length()).toString();
  }

  #length(): number {
    return (this.#valueBytes >> 1) + this.#dice.below(this.#valueBytes + 1);
  }

  #item(table: string, names: readonly string[], item: object): void {
    this.#sink.file(`dynamodb/${table}/items/${names.join('/')}.json`, jsonFile(item));
  }
}
