/** What bytes in a row stand for, as a view or a copy; `undefined` when they are malformed. */
export type PartForm = (bytes: Buffer, start: number, end: number) => Buffer | undefined;

/** A part that stands as it is. */
export const PLAIN_PART: PartForm = (bytes, start, end) => bytes.subarray(start, end);

const NO_BYTES = Buffer.alloc(0);

/**
 * A name in a row: where it stands, and once somebody asks for it what it is. Rows of one owner stand together, so a name is read once
 * for all of them: the same Buffer is given until the bytes are others.
 */
export class KeyPart {
  /** False: the row has no such part. */
  isThere = false;
  bytes: Buffer = NO_BYTES;
  start = 0;
  end = 0;
  #form: PartForm = PLAIN_PART;
  /** The bytes of the name that was read last, and how. */
  #read: Buffer = NO_BYTES;
  #readForm: PartForm | undefined;
  #name: Buffer | undefined;

  set(form: PartForm, bytes: Buffer, start: number, end: number): void {
    this.isThere = true;
    this.#form = form;
    this.bytes = bytes;
    this.start = start;
    this.end = end;
  }

  /** Whether the name is the bytes as they stand. */
  get isPlain(): boolean {
    return this.isThere && this.#form === PLAIN_PART;
  }

  clear(): void {
    this.isThere = false;
  }

  /** A copy that stays; `undefined` when there is no such part, or a malformed one. */
  name(): Buffer | undefined {
    if (!this.isThere) return undefined;
    if (this.#readForm === this.#form && this.equals(this.#read)) return this.#name;
    const { bytes, start, end } = this;
    this.#read = Buffer.from(bytes.subarray(start, end));
    this.#readForm = this.#form;
    this.#name = this.#form(this.#read, 0, end - start);
    return this.#name;
  }

  /** Whether it stands as these bytes in the row. */
  equals(stored: Buffer): boolean {
    const { bytes, start, end } = this;
    if (stored.length !== end - start) return false;
    if (stored.length > SHORT) return bytes.compare(stored, 0, stored.length, start, end) === 0;
    for (let i = 0; i < stored.length; i++) if (stored[i] !== bytes[start + i]) return false;
    return true;
  }
}

/** Up to here a loop is faster than a call into the runtime. */
const SHORT = 64;
