import { ListedWarnings, printable, type Warn } from '@ekv/snapshot';

/** Says which buckets have objects of an earlier life, which a server does not show. docs/format/05-s3.md, section 2.3. */
export class StaleObjects {
  readonly #warnings: ListedWarnings;

  constructor(warn: Warn) {
    this.#warnings = new ListedWarnings(
      warn,
      's3_stale_generation_objects',
      'more buckets have objects of other generations than the active one, which were left out',
      { loss: true },
    );
  }

  /** @param active generation of the bucket. @param count of its objects of others; nothing is said of none. */
  add(bucket: Uint8Array, active: bigint, count: number): void {
    if (count === 0) return;
    this.#warnings.add('objects of another generation than the active one of their bucket were left out', {
      bucket: printable(bucket),
      active_generation: active,
      objects: count,
    });
  }

  finish(): void {
    this.#warnings.finish();
  }
}

/** @param leftOut objects in whose place one of a higher generation is; nothing is said of none. */
export function warnOfSeveralGenerations(leftOut: number, warn: Warn): void {
  if (leftOut === 0) return;
  warn({
    event: 's3_several_generations',
    message: 'buckets without an active generation have objects of one key in several: the highest was written',
    fields: { count: leftOut },
    loss: true,
  });
}
