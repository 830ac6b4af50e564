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

  /** A key that no name can stand for. */
  addUnusable(bucket: Buffer, key: Buffer): void {
    this.#add(this.#unusable, bucket, key);
  }

  /** A key that `--rename-collisions` gives another name. */
  addRenamable(bucket: Buffer, key: Buffer): void {
    this.#add(this.#renamable, bucket, key);
  }

  throwIfAny(): void {
    if (this.#count === 0) return;
    const parts: string[] = [];
    if (this.#renamable.length > 0) {
      parts.push(
        `keys that need another name, which the option renameCollisions gives them, for they have a zero byte, a backslash, a segment that is empty, "." or "..", a path of more than 3000 bytes, end in ".elastickv-meta.json", or begin with a name of the dump's own: ${this.#renamable.join(', ')}`,
      );
    }
    if (this.#unusable.length > 0) {
      parts.push(
        `keys that are empty, for which no name can stand: ${this.#unusable.join(', ')}; copy these objects to another key, or leave s3 out of the option adapters`,
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
