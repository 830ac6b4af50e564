import { DataError, ListedWarnings, printable, type Warn } from '@ekv/snapshot';
import { KINDS, type Kind } from '../key-kinds.ts';
import type { KeyRange } from './rows/key-order.ts';

/** A store with more of such keys than this is no store that a server wrote. */
const MOST_BYTES = 64 << 20;

/**
 * Keys that expire as values of two kinds, of which one must be left out: for each expiring key that is no string encode
 * writes one index row, so a tree with both could not be encoded. The one that the server shows stays.
 * docs/format/03-redis.md, section 3.
 */
export class LeftOutKinds {
  readonly #keys = new Set<string>();
  readonly #warnings: ListedWarnings;
  #bytes = 0;

  constructor(warn: Warn) {
    this.#warnings = new ListedWarnings(
      warn,
      'redis_second_kind_left_out',
      'more keys expire as values of several kinds; the ones that a server does not show were left out',
      { loss: true },
    );
  }

  has(kind: Kind, { bytes, keyStart, keyEnd }: KeyRange): boolean {
    return this.#keys.size > 0 && this.#keys.has(nameOf(kind, bytes.subarray(keyStart, keyEnd)));
  }

  /**
   * Takes a key with all kinds as which it expires, strings aside, and leaves out all but the one that a server shows.
   *
   * @param oldForm that one of them which is in the older form of one row, which a server looks for last but streams.
   */
  settle(range: KeyRange, kinds: ReadonlySet<Kind>, oldForm?: Kind): void {
    if (kinds.size < 2) return;
    const key = range.bytes.subarray(range.keyStart, range.keyEnd);
    const rank = (kind: Kind) => (kind === oldForm ? KINDS.length - 1.5 : KINDS.indexOf(kind));
    const [shown, ...others] = [...kinds].sort((a, b) => rank(a) - rank(b));
    for (const kind of others) {
      this.#add(kind, key);
      this.#warnings.add(
        `the key ${printable(key)} expires as a ${shown} and as a ${kind}, which encode could not write; the ${kind}, which a server does not show, was left out`,
        { key: printable(key), kept: shown!, left_out: kind },
      );
    }
  }

  /** Gives the number of keys whose warnings were not given one by one. To be called after the last key. */
  finish(): void {
    this.#warnings.finish();
  }

  #add(kind: Kind, key: Uint8Array): void {
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
