import type { ByteSource } from '@ekv/snapshot';
import { BYTE } from './characters.ts';
import type { JsonReader } from './json-reader.ts';
import { JsonSequence } from './json-sequence.ts';

const { CLOSE_BRACE, CLOSE_BRACKET, COLON, COMMA, OPEN_BRACE, OPEN_BRACKET, QUOTE } = BYTE;

const FIRST_OF_NULL = 0x6e;

export interface LongListOptions {
  /** The field whose value is the list. */
  readonly list: string;
  /** Longest element, or value of another field, in bytes; a longer one is a DataError. */
  readonly longest: number;
}

/**
 * A file that is one JSON object with one long list: its fields, and the elements of the list, one at a time in the memory of the
 * longest. Refused is what `JsonReader` refuses, with path, line and column. docs/format/02-dump-tree.md, section 2.2.
 */
export class LongListFile {
  readonly #parts: JsonSequence;
  readonly #reader: JsonReader;
  readonly #list: string;
  readonly #names = new Set<string>();
  #place: 'before' | 'in the object' | 'in the list' | 'behind' = 'before';
  #isFirst = true;
  #hasList = false;
  #field = '';

  constructor(file: ByteSource, reader: JsonReader, { list, longest }: LongListOptions) {
    this.#parts = new JsonSequence(file, reader, longest);
    this.#reader = reader;
    this.#list = list;
  }

  /** Whether the list has come, be it empty. */
  get hasList(): boolean {
    return this.#hasList;
  }

  /** Name of the field whose value the reader is set on. */
  get field(): string {
    return this.#field;
  }

  /** Sets the reader on the next element of the list, or on the value of another field; the caller reads it whole. */
  next(): 'element' | 'field' | 'end' {
    // What the caller left of a value, such as the letters after a number.
    if (!this.#isFirst) this.#reader.end();
    if (this.#place === 'before') this.#open(OPEN_BRACE, 'in the object', 'the file must be an object');
    for (;;) {
      if (this.#place === 'behind') return this.#end();
      const isList = this.#place === 'in the list';
      if (!this.#goesOn(isList ? CLOSE_BRACKET : CLOSE_BRACE)) {
        this.#place = isList ? 'in the object' : 'behind';
        this.#isFirst = false;
        continue;
      }
      if (isList) {
        this.#parts.nextPart();
        return 'element';
      }
      this.#fieldName();
      if (this.#field !== this.#list) {
        this.#valuePart();
        return 'field';
      }
      if (this.#parts.peek() === FIRST_OF_NULL) {
        this.#valuePart();
        if (!this.#reader.takeNull()) this.#reader.array(() => {}, `"${this.#list}"`);
        this.#reader.end();
      } else {
        this.#open(OPEN_BRACKET, 'in the list', `"${this.#list}" must be an array`);
        this.#hasList = true;
      }
    }
  }

  #open(bracket: number, place: 'in the object' | 'in the list', message: string): void {
    if (this.#parts.peek() !== bracket) this.#parts.fail(message);
    this.#parts.take();
    this.#place = place;
    this.#isFirst = true;
  }

  /** Whether another value comes; passes the comma before it, or the bracket that closes. */
  #goesOn(close: number): boolean {
    const byte = this.#parts.peek();
    if (byte === -1) {
      const wanted = `a "," or "${String.fromCharCode(close)}"`;
      this.#parts.fail(`the file ends where ${wanted} is expected (truncated?)`);
    }
    if (byte === close) {
      this.#parts.take();
      return false;
    }
    if (this.#isFirst) {
      this.#isFirst = false;
      return true;
    }
    if (byte !== COMMA) this.#parts.fail(`a "," or "${String.fromCharCode(close)}" is missing`);
    this.#parts.take();
    if (this.#parts.peek() === close) this.#parts.fail('a trailing comma is not allowed');
    return true;
  }

  #fieldName(): void {
    if (this.#parts.peek() !== QUOTE) this.#parts.fail('a field name in double quotes is missing');
    this.#parts.nextPart();
    this.#field = this.#reader.string('a field name');
    this.#reader.end();
    if (this.#names.has(this.#field)) this.#reader.fail(`the field ${JSON.stringify(this.#field)} is there twice`);
    this.#names.add(this.#field);
    if (this.#parts.peek() !== COLON) this.#parts.fail('a ":" is missing after the field name');
    this.#parts.take();
  }

  #valuePart(): void {
    if (this.#parts.peek() === -1) this.#parts.fail('the file ends where a value is expected (truncated?)');
    this.#parts.nextPart();
  }

  #end(): 'end' {
    if (this.#parts.peek() !== -1) this.#parts.fail('trailing data after the JSON value');
    return 'end';
  }
}
