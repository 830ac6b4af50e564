import { BYTE } from './characters.ts';

const { COLON, QUOTE } = BYTE;

const SLOTS = 512;
const LONGEST = 32;

interface KnownName {
  readonly text: string;
  /** As it stands in a text: in quotes, with the colon. */
  readonly written: Buffer;
  /** The name that came after it the last time. */
  next: KnownName | undefined;
}

/** Before the first name of a text. */
function noName(): KnownName {
  return { text: '', written: Buffer.alloc(0), next: undefined };
}

/**
 * Texts of field names by their bytes, so that a name that comes a million times is one string. Objects of one kind have their fields in
 * one order nearly always: the name that is expected is compared with what stands there, and need not be looked for.
 */
export class NameTexts {
  readonly #names: KnownName[] = [];
  #last = noName();

  /** The name taken last. */
  get text(): string {
    return this.#last.text;
  }

  /** Takes the expected name when it begins at `bytes[at]`. @returns its end, after the colon; -1 when something else stands there. */
  takeExpected(bytes: Buffer, at: number, end: number): number {
    const { next } = this.#last;
    if (next === undefined) return -1;
    const { written } = next;
    const { length } = written;
    if (at + length > end) return -1;
    for (let i = 0; i < length; i++) if (bytes[at + i] !== written[i]) return -1;
    this.#last = next;
    return at + length;
  }

  /** Takes the name `bytes[start, end)`, valid UTF-8 without anything that is escaped. @returns its text. */
  take(bytes: Buffer, start: number, end: number): string {
    const length = end - start;
    if (length === 0 || length > LONGEST) return bytes.toString('utf8', start, end);
    const slot = (length * 31 + bytes[start]! * 7 + bytes[end - 1]! + bytes[start + (length >> 1)]! * 37) % SLOTS;
    let name = this.#names[slot];
    if (name === undefined || !isSame(name.written, bytes, start, length)) name = newName(bytes, start, end);
    this.#names[slot] = this.#last.next = this.#last = name;
    return name.text;
  }
}

function newName(bytes: Buffer, start: number, end: number): KnownName {
  const written = Buffer.concat([Buffer.of(QUOTE), bytes.subarray(start, end), Buffer.of(QUOTE, COLON)]);
  return { text: bytes.toString('utf8', start, end), written, next: undefined };
}

function isSame(written: Buffer, bytes: Buffer, start: number, length: number): boolean {
  if (written.length !== length + 3) return false;
  for (let i = 0; i < length; i++) {
    if (written[i + 1] !== bytes[start + i]) return false;
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
