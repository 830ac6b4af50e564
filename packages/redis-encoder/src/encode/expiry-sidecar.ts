import { JsonSequence } from '@ekv/dump-tree';
import { DataError, ExternalSorter, printable, SIDE_SORT_BYTES, type SortedRows } from '@ekv/snapshot';
import { readExpiryLine } from '../files/expiry-json.ts';
import type { Kind } from '../key-kinds.ts';
import type { EncodeContext } from './encode-context.ts';
import { keyOfName } from './key-names.ts';

/** A key of 240 characters, and room for unknown fields. */
const LONGEST_LINE = 1 << 20;

/**
 * The expiries of `strings_ttl.jsonl` or `hll_ttl.jsonl`, by Redis key. They are sorted, on disk when they are many, and
 * asked for in ascending order of keys. docs/format/03-redis.md, sections 4 and 14.
 */
export class ExpirySidecar {
  readonly #context: EncodeContext;
  readonly #path: string;
  readonly #kind: Kind;
  readonly #rows: SortedRows | undefined;
  #present = false;
  #unused = 0;
  #example = '';

  /** Reads the whole sidecar. Throws DataError with path, line and column. @param kind of the keys that expire. */
  constructor(context: EncodeContext, path: string, kind: Kind) {
    this.#context = context;
    this.#path = path;
    this.#kind = kind;
    this.#rows = this.#read();
    this.#advance();
  }

  /**
   * The expiry of a key to encode, ms since 1970; `null` = none; `dropped` when the key is left out because it had expired. Of several lines for it the last counts. Keys must come in
   * ascending order.
   */
  take(key: Buffer): bigint | null | 'dropped' {
    let expiry = 0n;
    while (this.#present) {
      const rows = this.#rows!;
      const order = rows.bytes.compare(key, 0, key.length, rows.keyStart, rows.keyEnd);
      if (order > 0) break;
      if (order < 0) this.#countUnused(rows.bytes.toString('latin1', rows.payloadStart + 8, rows.payloadEnd));
      else expiry = rows.bytes.readBigUInt64BE(rows.payloadStart);
      this.#advance();
    }
    const { expiries, expired, tree } = this.#context;
    if (expired?.drops(expiry)) return 'dropped';
    return expiries.take(this.#kind, key, expiry, () => `${tree.display(this.#path)}, the line of ${printable(key)}`);
  }

  /** Warns of lines that no file took. To be called after the last {@link take}. */
  finish(): void {
    for (; this.#present; this.#advance()) {
      const { bytes, payloadStart, payloadEnd } = this.#rows!;
      this.#countUnused(bytes.toString('latin1', payloadStart + 8, payloadEnd));
    }
    if (this.#unused === 0) return;
    this.#context.warn({
      event: 'redis_unused_expiry',
      message: `${this.#context.tree.display(this.#path)} has expiries of keys that have no file, for example ${this.#example}; they were left out`,
      fields: { count: this.#unused },
      loss: true,
    });
  }

  /** Gives files and memory back. */
  close(): void {
    this.#rows?.close();
  }

  #advance(): void {
    this.#present = this.#rows?.next() ?? false;
  }

  #countUnused(name: string): void {
    if (this.#unused++ === 0) this.#example = printable(Buffer.from(name));
  }

  #read(): SortedRows | undefined {
    const { tree, reader, scratch } = this.#context;
    const file = tree.openOptional(this.#path, 'recorded of JSON');
    if (file === undefined) return undefined;
    const sorter = new ExternalSorter({ scratch, arenaBytes: SIDE_SORT_BYTES });
    try {
      const lines = new JsonSequence(file, reader, LONGEST_LINE);
      while (lines.next()) this.#readLine(sorter);
    } finally {
      file.close();
    }
    return sorter.sorted();
  }

  #readLine(sorter: ExternalSorter): void {
    const { name, expireAtMs } = readExpiryLine(this.#context, this.#path);
    const key = this.#keyOf(name);
    if (key === undefined) return this.#countUnused(name);
    const payload = Buffer.allocUnsafe(8 + name.length);
    payload.writeBigUInt64BE(expireAtMs);
    payload.write(name, 8, 'latin1');
    sorter.add(key, payload);
  }

  /** `undefined` for a name that no file can have. */
  #keyOf(name: string): Uint8Array | undefined {
    try {
      return keyOfName(this.#context, name);
    } catch (error) {
      if (error instanceof DataError) return undefined;
      throw error;
    }
  }
}
