const SLOTS = 512;
const LONGEST = 32;

/** Texts of field names by their bytes, so that a name that comes a million times is one string. */
export class NameTexts {
  readonly #bytes: Buffer[] = [];
  readonly #texts: string[] = [];

  /** The text of `bytes[start, end)`, valid UTF-8. */
  of(bytes: Buffer, start: number, end: number): string {
    const length = end - start;
    if (length === 0 || length > LONGEST) return bytes.toString('utf8', start, end);
    const slot = (length * 31 + bytes[start]! * 7 + bytes[end - 1]! + bytes[start + (length >> 1)]! * 37) % SLOTS;
    const known = this.#bytes[slot];
    if (known !== undefined && isSame(known, bytes, start, length)) return this.#texts[slot]!;
    const text = bytes.toString('utf8', start, end);
    this.#bytes[slot] = Buffer.from(bytes.subarray(start, end));
    this.#texts[slot] = text;
    return text;
  }
}

function isSame(known: Buffer, bytes: Buffer, start: number, length: number): boolean {
  if (known.length !== length) return false;
  for (let i = 0; i < length; i++) {
    if (known[i] !== bytes[start + i]) return false;
  }
  return true;
}

/** More names than this are hashed, fewer are compared. */
const FEW = 24;

/** The names of one object. */
export class FieldNames {
  readonly #few: string[] = [];
  #many: Set<string> | undefined;

  clear(): void {
    this.#few.length = 0;
    this.#many = undefined;
  }

  /** False when the name is there already. */
  add(name: string): boolean {
    if (this.#many !== undefined) {
      if (this.#many.has(name)) return false;
      this.#many.add(name);
      return true;
    }
    if (this.#few.includes(name)) return false;
    this.#few.push(name);
    if (this.#few.length > FEW) this.#many = new Set(this.#few);
    return true;
  }
}
