import { encodeSegment } from '@ekv/dump-tree';
import type { Warn } from '@ekv/snapshot';
import type { KeyRange } from './key-order.ts';

/** Warnings of one type that are given one by one; what is beyond is counted. */
const SINGLE_WARNINGS = 20;

/** Collections whose stored count differs from the rows found; docs/format/03-redis.md, section 13. */
export class CountMismatches {
  readonly #warn: Warn;
  readonly #type: string;
  readonly #observed: string;
  #count = 0;

  /** @param observed name of the field with the number of rows, such as `observed_fields`. */
  constructor(warn: Warn, type: string, observed: string) {
    this.#warn = warn;
    this.#type = type;
    this.#observed = observed;
  }

  /** @param declared base count and count changes together; `undefined` when the key has neither. */
  compare(key: KeyRange, declared: bigint | undefined, observed: number): void {
    if (declared === undefined || declared === BigInt(observed)) return;
    this.#count++;
    if (this.#count > SINGLE_WARNINGS) return;
    const name = encodeSegment(key.bytes.subarray(key.keyStart, key.keyEnd));
    this.#warn({
      event: this.#event,
      message: `length mismatch: the metadata of this ${this.#type} declares another count than there are rows; the rows were written`,
      fields: {
        key: name,
        user_key_len: key.keyEnd - key.keyStart,
        declared_len: declared,
        [this.#observed]: observed,
      },
    });
  }

  finish(): void {
    if (this.#count <= SINGLE_WARNINGS) return;
    this.#warn({
      event: this.#event,
      message: `length mismatch: more ${this.#type}s have another count than declared`,
      fields: { count: this.#count, shown: SINGLE_WARNINGS },
    });
  }

  get #event(): string {
    return `redis_${this.#type}_length_mismatch`;
  }
}
