const MOST_NAMES = 1024;
const LONGEST = 64;

/** The UTF-8 of attribute names, so that a name that comes a million times is made once. */
export class NameBytes {
  readonly #known = new Map<string, Buffer>();

  of(name: string): Buffer {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const bytes = Buffer.from(name);
    if (name.length <= LONGEST && this.#known.size < MOST_NAMES) this.#known.set(name, bytes);
    return bytes;
  }
}
