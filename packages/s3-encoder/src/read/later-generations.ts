import type { RowSource } from '@ekv/snapshot';
import { HeadRows } from '../decode/rows.ts';

/** The generations of a bucket, each as a walk over its manifests. */
interface Generation {
  readonly number: bigint;
  readonly heads: HeadRows;
}

/**
 * Of a bucket without an active generation: says which objects have their key in a later generation too, which is the one that
 * counts. Within a generation keys are in order, so one walk for each generation finds them. docs/format/05-s3.md, section 2.3.
 */
export class LaterGenerations {
  readonly #source: RowSource;
  readonly #bucket: Buffer;
  /** Those after that of the object asked for last. */
  #later: readonly Generation[] = [];
  /** All of them; ascending. */
  readonly #starts: ReadonlyArray<{ readonly number: bigint; readonly offset: number }>;
  #current: bigint | undefined;

  /** @param first manifest of the bucket. */
  constructor(source: RowSource, first: HeadRows) {
    this.#source = source;
    this.#bucket = Buffer.from(first.bucketPart);
    this.#starts = this.#generationsFrom(first.offset);
  }

  /** Whether the object at hand has its key in a later generation. Objects must come in the order of their rows. */
  hasKeyOf(object: HeadRows): boolean {
    if (this.#starts.length === 1) return false;
    if (object.generation !== this.#current) this.#begin(object.generation);
    const key = object.objectPart;
    let found = false;
    for (const { number, heads } of this.#later) {
      const isBefore = () => heads.isOfBucket(this.#bucket) && heads.generation === number;
      while (isBefore() && heads.objectPart.compare(key) < 0) heads.advance();
      found ||= isBefore() && heads.objectPart.equals(key);
    }
    return found;
  }

  #begin(generation: bigint): void {
    this.#current = generation;
    this.#later = this.#starts
      .filter(({ number }) => number > generation)
      .map(({ number, offset }) => ({ number, heads: this.#headsFrom(offset) }));
  }

  #generationsFrom(offset: number): Array<{ number: bigint; offset: number }> {
    const starts: Array<{ number: bigint; offset: number }> = [];
    for (const heads = this.#headsFrom(offset); heads.isOfBucket(this.#bucket); heads.advance())
      if (heads.generation !== starts.at(-1)?.number) starts.push({ number: heads.generation, offset: heads.offset });
    return starts;
  }

  #headsFrom(offset: number): HeadRows {
    return new HeadRows(this.#source, { bodies: 'passed over', from: offset });
  }
}
