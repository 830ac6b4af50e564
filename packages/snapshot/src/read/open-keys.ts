import { TIMESTAMP_BYTES } from '../format/constants.ts';
import { VersionFilter } from './version-filter.ts';

/** What becomes of a key whose first version comes, and of one of which no more can come. */
export interface OpenKeysOptions<T> {
  /** The key is `bytes[start, end)`; the bytes hold during the call. */
  readonly open: (bytes: Buffer, start: number, end: number) => T;
  /** @param key a view that holds during the call. */
  readonly close?: (value: T, key: Buffer) => void;
}

/**
 * Brings the versions of each key together while they pass in ascending order of encoded keys. Versions of other keys may stand between those of one, which
 * is why a key stays open as long as the encoded key at hand begins with it: docs/format/01-snapshot.md, section 6.2. Keys are opened in the order of
 * their newest versions, which for the same rows is the same each time. Memory: two encoded keys and a value for each open key.
 */
export class OpenKeys<T> {
  readonly #options: OpenKeysOptions<T>;
  readonly #filter = new VersionFilter();
  /** Of the version before, encoded. */
  #previous: Buffer = Buffer.alloc(1 << 10);
  /** Of the open keys, ascending: each is the beginning of the version before. */
  readonly #lengths: number[] = [];
  readonly #values: T[] = [];

  constructor(options: OpenKeysOptions<T>) {
    this.#options = options;
  }

  /** What was made for the key `bytes[start, end)`, behind which its version stands. */
  of(bytes: Buffer, start: number, end: number): T {
    const version = this.#filter.pass(bytes, start, end);
    if (version === 'disorder') throw new RangeError('versions must come in ascending order of their encoded keys');
    const { shared } = this.#filter;
    while (this.#lengths.length > 0 && this.#lengths.at(-1)! > shared) this.#close();
    this.#keep(bytes, start, end + TIMESTAMP_BYTES, shared);
    const length = end - start;
    let place = this.#lengths.length;
    while (place > 0 && this.#lengths[place - 1]! > length) place--;
    if (version === 'superseded') return this.#values[place - 1]!;
    const value = this.#options.open(bytes, start, end);
    this.#lengths.splice(place, 0, length);
    this.#values.splice(place, 0, value);
    return value;
  }

  /** No more versions come: closes what is open, the longest key first. */
  end(): void {
    while (this.#lengths.length > 0) this.#close();
  }

  #close(): void {
    const length = this.#lengths.pop()!;
    const value = this.#values.pop()!;
    this.#options.close?.(value, this.#previous.subarray(0, length));
  }

  /** @param shared bytes that are there already. */
  #keep(bytes: Buffer, start: number, end: number, shared: number): void {
    const length = end - start;
    if (length > this.#previous.length) {
      const wider = Buffer.allocUnsafe(2 * length);
      this.#previous.copy(wider, 0, 0, shared);
      this.#previous = wider;
    }
    bytes.copy(this.#previous, shared, start + shared, end);
  }
}
