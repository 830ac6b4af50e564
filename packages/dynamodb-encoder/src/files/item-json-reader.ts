import type { JsonReader } from '@ekv/dump-tree';
import { DataError, type FindingKind, Findings } from '@ekv/snapshot';
import { readBase64 } from '../encode/base64.ts';
import { type Attribute, MOST_LEVELS, SERVED_LEVELS, type StoredValue } from '../layout/stored-value.ts';
import { beyondLimit, type DeclaredKey, type DeclaredKeys } from '../sense/declared-keys.ts';
import { KEY_KINDS, LIMITS, NUMBERS, SETS, UNSERVABLE } from '../sense/finding-kinds.ts';
import { hasRepeatedElement } from '../sense/repeated-element.ts';
import { unusableNumber } from '../sense/usable-number.ts';
import { NameBytes } from './name-bytes.ts';

const ELEMENT = 'an element of a set';
/** In bytes. */
const LONGEST_NAME = 65_535;

/**
 * Reads item files, one after the other, and counts what neither servers nor clients can use, once for each item and kind.
 * docs/format/04-dynamodb.md, sections 9.3 and 9.5.
 */
export class ItemReader {
  readonly #reader: JsonReader;
  readonly #names = new NameBytes();
  #path = '';
  #attribute = '';
  readonly #findings: Findings;
  readonly #keys: DeclaredKeys | undefined;
  /** Kinds that were found in the item. */
  readonly #found: FindingKind[] = [];

  /** @param keys of the table whose items are read. */
  constructor(reader: JsonReader, findings = new Findings(), keys?: DeclaredKeys) {
    this.#reader = reader;
    this.#findings = findings;
    this.#keys = keys;
  }

  /**
   * The attributes of a file, views into its bytes. Throws DataError with path, line, column and attribute.
   *
   * @param path for messages.
   */
  read(path: string, bytes: Buffer): Attribute[] {
    this.#reader.reset(path, bytes);
    this.#path = path;
    if (this.#found.length > 0) this.#found.length = 0;
    const attributes: Attribute[] = [];
    this.#reader.object((name) => {
      this.#attribute = name;
      const value = this.#attributeValue();
      const key = this.#keys?.of(name);
      if (key !== undefined) this.#checkKey(key, value);
      attributes.push({ name: this.#nameOf(name), value });
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
        return { kind, bytes: reader.stringBytes(kind) };
      case 'N':
        return { kind, bytes: this.#number(kind) };
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
    if (!truth) this.#add(UNSERVABLE, 'NULL is false');
    return { kind: 'NULL', truth };
  }

  #set(kind: 'SS' | 'NS' | 'BS'): StoredValue {
    const reader = this.#reader;
    const elements: Buffer[] = [];
    if (kind === 'BS') reader.array(() => elements.push(readBase64(reader, ELEMENT)), kind);
    else if (kind === 'NS') reader.array(() => elements.push(this.#number(ELEMENT)), kind);
    else reader.array(() => elements.push(reader.stringBytes(ELEMENT)), kind);
    if (elements.length === 0) this.#add(UNSERVABLE, `${kind} is empty`);
    else if (hasRepeatedElement(kind, elements)) this.#add(SETS, `${kind} holds an element twice`);
    return { kind, elements };
  }

  #list(level: number): StoredValue {
    const values: StoredValue[] = [];
    this.#reader.array(() => values.push(this.#value(level)), 'L');
    return { kind: 'L', values };
  }

  #map(level: number): StoredValue {
    const entries: Attribute[] = [];
    this.#reader.object((name) => entries.push({ name: this.#nameOf(name), value: this.#value(level) }), 'M');
    return { kind: 'M', entries };
  }

  #deeper(level: number, start: number): number {
    if (level === MOST_LEVELS)
      this.#reader.failAtMark(start, `lists and maps are nested deeper than ${MOST_LEVELS} levels`);
    if (level === SERVED_LEVELS) this.#add(UNSERVABLE, `nested deeper than ${SERVED_LEVELS} levels`);
    return level + 1;
  }

  #number(what: string): Buffer {
    const bytes = this.#reader.stringBytes(what);
    const why = unusableNumber(bytes);
    if (why !== undefined) this.#add(NUMBERS, why);
    return bytes;
  }

  #nameOf(name: string): Buffer {
    const bytes = this.#names.of(name);
    if (bytes.length === 0) this.#add(LIMITS, 'a name is empty');
    else if (bytes.length > LONGEST_NAME) this.#add(LIMITS, `a name has ${bytes.length} bytes`);
    return bytes;
  }

  #checkKey(key: DeclaredKey, value: StoredValue): void {
    const { type } = key;
    if (type !== undefined && type !== value.kind)
      this.#add(KEY_KINDS, `it is ${value.kind}, its table declares ${type}`);
    const beyond = beyondLimit(key, value);
    if (beyond !== undefined) this.#add(LIMITS, beyond);
  }

  /** @param why one part of a sentence. */
  #add(kind: FindingKind, why: string): void {
    if (this.#found.includes(kind)) return;
    this.#found.push(kind);
    this.#findings.add(kind, () => `${this.#path}, attribute ${shownName(this.#attribute)}: ${why}`);
  }
}

const LONGEST_SHOWN = 80;

function shownName(name: string): string {
  return JSON.stringify(name.length > LONGEST_SHOWN ? `${name.slice(0, LONGEST_SHOWN)}...` : name);
}
