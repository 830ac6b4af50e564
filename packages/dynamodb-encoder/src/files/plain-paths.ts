import { storedValue, type ValueRange } from '../layout/value-range.ts';
import { keyName, textName } from './key-names.ts';
import { itemPath } from './paths.ts';

/** The ordinary paths of items, as `itemPath` gives them of their `itemPlace`: the folder of a hash key is worked out once for its items in turn. */
export class PlainPaths {
  readonly #folder: string;
  #hash: Buffer = Buffer.allocUnsafe(0);
  #kind: ValueRange['kind'] | undefined;
  /** Of the hash key. */
  #name = '';

  /** @param folder the paths begin with. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** @param range `undefined` in a table without range key. */
  of(hash: ValueRange, range: ValueRange | undefined): string {
    if (range === undefined) return `${this.#folder}${itemPath({ folder: '', name: nameOf(hash) })}`;
    if (!this.#isSameHash(hash)) this.#takeHash(hash);
    return `${this.#folder}${itemPath({ folder: this.#name, name: nameOf(range) })}`;
  }

  #isSameHash({ kind, bytes, start, end }: ValueRange): boolean {
    const { length } = this.#hash;
    if (kind !== this.#kind || length !== end - start) return false;
    for (let i = 0; i < length; i++) if (this.#hash[i] !== bytes[start + i]) return false;
    return true;
  }

  #takeHash(hash: ValueRange): void {
    this.#kind = hash.kind;
    this.#hash = Buffer.from(hash.bytes.subarray(hash.start, hash.end));
    this.#name = nameOf(hash);
  }
}

/** As `keyName`, without a view of the bytes where that is not needed. */
function nameOf(value: ValueRange): string {
  return value.kind === 'S' ? textName(value.bytes, value.start, value.end) : keyName(storedValue(value));
}
