import { encodeFileName } from '@ekv/dump-tree';
import { ListedWarnings, type Warn } from '@ekv/snapshot';
import type { KeyRange } from './rows/key-order.ts';

/** Collections whose stored count differs from the rows found; docs/format/03-redis.md, section 13. */
export class CountMismatches {
  readonly #warnings: ListedWarnings;
  readonly #type: string;
  readonly #observed: string;

  /** @param observed name of the field with the number of rows, such as `observed_fields`. */
  constructor(warn: Warn, type: string, observed: string) {
    this.#type = type;
    this.#observed = observed;
    this.#warnings = new ListedWarnings(
      warn,
      `redis_${type}_length_mismatch`,
      `length mismatch: more ${type}s have another count than declared`,
    );
  }

  /** @param declared base count and count changes together; `undefined` when the key has neither. */
  compare(key: KeyRange, declared: bigint | undefined, observed: number): void {
    if (declared === undefined || declared === BigInt(observed)) return;
    this.#warnings.add(
      `length mismatch: the metadata of this ${this.#type} declares another count than there are rows; the rows were written`,
      {
        key: encodeFileName(key.bytes.subarray(key.keyStart, key.keyEnd)),
        user_key_len: key.keyEnd - key.keyStart,
        declared_len: declared,
        [this.#observed]: observed,
      },
    );
  }

  finish(): void {
    this.#warnings.finish();
  }
}
