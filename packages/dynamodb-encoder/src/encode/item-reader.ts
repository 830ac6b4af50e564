import type { JsonReader } from '@ekv/dump-tree';
import { DataError } from '@ekv/snapshot';
import { type Attribute, MOST_LEVELS, SERVED_LEVELS, type StoredValue } from '../layout/stored-value.ts';
import { readBase64 } from './base64.ts';
import { NameBytes } from './name-bytes.ts';

/** What a server accepts and then cannot serve. */
export interface Unservable {
  readonly attribute: string;
  readonly why: string;
}

const ELEMENT = 'an element of a set';

/** Reads item files, one after the other. docs/format/04-dynamodb.md, section 9.3. */
export class ItemReader {
  readonly #reader: JsonReader;
  readonly #names = new NameBytes();
  #path = '';
  #attribute = '';
  /** The first thing in the item read last that a server cannot serve. */
  unservable: Unservable | undefined;

  constructor(reader: JsonReader) {
    this.#reader = reader;
  }

  /**
   * The attributes of a file, views into its bytes. Throws DataError with path, line, column and attribute.
   *
   * @param path for messages.
   */
  read(path: string, bytes: Buffer): Attribute[] {
    this.#reader.reset(path, bytes);
    this.#path = path;
    this.unservable = undefined;
    const attributes: Attribute[] = [];
    this.#reader.object((name) => {
      this.#attribute = name;
      attributes.push({ name: this.#names.of(name), value: this.#attributeValue() });
    }, 'an item');
    this.#reader.end();
    return attributes;
  }

  #attributeValue(): StoredValue {
    try {
      return this.#value(0);
    } catch (error) {
      if (!(error instanceof DataError)) throw this.#stackOverflow(error);
      throw new DataError(`${error.message}, in attribute ${JSON.stringify(this.#attribute)}`, { cause: error });
    }
  }

  /** The main thread of Node has the stack for some 900 levels, a worker for all. */
  #stackOverflow(error: unknown): unknown {
    if (!(error instanceof RangeError) || !error.message.startsWith('Maximum call stack')) return error;
    const attribute = `lists and maps are nested too deep for this thread, in attribute ${JSON.stringify(this.#attribute)}`;
    return new DataError(`${this.#path}: ${attribute}`, { cause: error });
  }

  #value(level: number): StoredValue {
    const reader = this.#reader;
    const start = reader.mark();
    let value: StoredValue | undefined;
    reader.object((kind) => {
      if (value !== undefined) reader.failAtMark(start, 'a value must have exactly one kind, this one has several');
      value = this.#content(kind, level, start);
    }, 'a value');
    return value ?? reader.failAtMark(start, 'a value must have exactly one kind, this one has none');
  }

  #content(kind: string, level: number, start: number): StoredValue {
    const reader = this.#reader;
    switch (kind) {
      case 'S':
      case 'N':
        return { kind, bytes: reader.stringBytes(kind) };
      case 'B':
        return { kind, bytes: readBase64(reader, kind) };
      case 'BOOL':
        return { kind, truth: reader.boolean(kind) };
      case 'NULL':
        return this.#null();
      case 'SS':
      case 'NS':
      case 'BS':
        return this.#set(kind);
      case 'L':
        return this.#list(this.#deeper(level, start));
      case 'M':
        return this.#map(this.#deeper(level, start));
      default:
        return reader.failAtMark(
          start,
          `the kind ${JSON.stringify(kind)} must be one of S, N, B, BOOL, NULL, SS, NS, BS, L and M`,
        );
    }
  }

  #null(): StoredValue {
    const truth = this.#reader.boolean('NULL');
    if (!truth) this.#addUnservable('NULL is false');
    return { kind: 'NULL', truth };
  }

  #set(kind: 'SS' | 'NS' | 'BS'): StoredValue {
    const reader = this.#reader;
    const elements: Buffer[] = [];
    if (kind === 'BS') reader.array(() => elements.push(readBase64(reader, ELEMENT)), kind);
    else reader.array(() => elements.push(reader.stringBytes(ELEMENT)), kind);
    if (elements.length === 0) this.#addUnservable(`${kind} is empty`);
    return { kind, elements };
  }

  #list(level: number): StoredValue {
    const values: StoredValue[] = [];
    this.#reader.array(() => values.push(this.#value(level)), 'L');
    return { kind: 'L', values };
  }

  #map(level: number): StoredValue {
    const entries: Attribute[] = [];
    this.#reader.object((name) => entries.push({ name: this.#names.of(name), value: this.#value(level) }), 'M');
    return { kind: 'M', entries };
  }

  #deeper(level: number, start: number): number {
    if (level === MOST_LEVELS)
      this.#reader.failAtMark(start, `lists and maps are nested deeper than ${MOST_LEVELS} levels`);
    if (level === SERVED_LEVELS) this.#addUnservable(`nested deeper than ${SERVED_LEVELS} levels`);
    return level + 1;
  }

  #addUnservable(why: string): void {
    this.unservable ??= { attribute: this.#attribute, why };
  }
}
