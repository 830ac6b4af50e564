import { DataError, printable } from '@ekv/snapshot';

/** Keys that are named; of more only the number is told. */
const MOST_NAMED = 1000;

/** Object keys that cannot be paths, of all buckets, for one message. docs/format/05-s3.md, sections 3.2, 4 and 4.1. */
export class KeyRefusals {
  readonly #unusable: string[] = [];
  readonly #renamable: string[] = [];
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** A key that no path can stand for. */
  addUnusable(bucket: Buffer, key: Buffer): void {
    this.#add(this.#unusable, bucket, key);
  }

  /** A key that `--rename-collisions` gives another path. */
  addRenamable(bucket: Buffer, key: Buffer): void {
    this.#add(this.#renamable, bucket, key);
  }

  throwIfAny(): void {
    if (this.#count === 0) return;
    const parts: string[] = [];
    if (this.#unusable.length > 0) {
      parts.push(
        `keys that are empty or have a zero byte, a backslash, or a segment "." or ".." cannot be paths: ${this.#unusable.join(', ')}; rename these objects, or leave s3 out with --adapter`,
      );
    }
    if (this.#renamable.length > 0) {
      parts.push(
        `keys that need another path, which --rename-collisions gives them, for they have an empty segment, end in ".elastickv-meta.json", or begin with a name of the dump's own: ${this.#renamable.join(', ')}`,
      );
    }
    const named = this.#unusable.length + this.#renamable.length;
    const more = named < this.#count ? `; and ${this.#count - named} more` : '';
    throw new DataError(`s3: ${this.#count} object keys cannot be written as files: ${parts.join('; ')}${more}`);
  }

  #add(list: string[], bucket: Buffer, key: Buffer): void {
    this.#count++;
    if (this.#unusable.length + this.#renamable.length < MOST_NAMED)
      list.push(`"${printable(key)}" of bucket "${printable(bucket)}"`);
  }
}
