import { ArgumentError, DataError } from '@ekv/snapshot';
import { givenBoolean, givenBytes, givenText, isIterable, isPlainObject, wrongKind } from '@ekv/snapshot/arguments';
import { shownText } from '../layout/shown-text.ts';
import { type Attribute, MOST_LEVELS, type StoredValue } from '../layout/stored-value.ts';
import type { AttributeValue, Elements, Item } from './attribute-value.ts';

const KINDS = 'S, N, B, BOOL, NULL, SS, NS, BS, L and M';

/** Names of attributes, and indexes of lists, from the item down to a value. */
type Step = string | number;

/** What an own property of a value may hold before it was looked at. */
type GivenContent = Readonly<Record<string, unknown>>;

/**
 * Reads items as programs give them: types mean nothing there. An `ArgumentError` says which part of which item is wrong.
 */
export class GivenValues {
  /** Says which item it is, for messages. */
  readonly #item: { toString(): string };
  readonly #path: Step[] = [];
  #level = 0;
  /** What the value holds whose kind was asked for last. It is read once: a getter may give something else the next time. */
  #content: unknown;

  constructor(item: { toString(): string }) {
    this.#item = item;
  }

  /** Views of bytes, copies of text. Throws ArgumentError; DataError for too many levels. */
  attributes(item: Item): Attribute[] {
    this.#level = 0;
    return this.#entries(item);
  }

  /** Of the item, or of an M. */
  #entries(given: Item): Attribute[] {
    const attributes: Attribute[] = [];
    if (given instanceof Map) {
      for (const [name, value] of given) attributes.push(this.#entry(name, value));
      return attributes;
    }
    if (!isObject(given)) throw this.#noFields(given);
    const fields = given as Readonly<Record<string, AttributeValue>>;
    const names = Object.keys(fields);
    if (names.length === 0 && !isPlainObject(fields)) throw this.#noFields(given);
    for (const name of names) attributes.push(this.#entry(name, fields[name]!));
    return attributes;
  }

  #entry(name: string, value: AttributeValue): Attribute {
    if (typeof name !== 'string' || !name.isWellFormed()) givenText(name, () => this.#badName(name));
    this.#path[this.#level] = name;
    this.#level++;
    const attribute = { name: Buffer.from(name), value: this.#value(value) };
    this.#level--;
    return attribute;
  }

  #value(value: AttributeValue): StoredValue {
    if (!isObject(value) || value instanceof Map) throw this.#noValue(value);
    const kind = this.#kindOf(value);
    const content = this.#content as never;
    switch (kind) {
      case 'S':
      case 'N':
        return { kind, bytes: this.#text(content, kind) };
      case 'B':
        return { kind, bytes: this.#bytes(content, kind) };
      case 'BOOL':
      case 'NULL':
        return { kind, truth: this.#truth(content, kind) };
      case 'SS':
      case 'NS':
        return { kind, elements: this.#elements(content, kind, 'texts', this.#text) };
      case 'BS':
        return { kind, elements: this.#elements(content, kind, 'bytes', this.#bytes) };
      case 'L':
        return { kind, values: this.#list(content) };
      case 'M':
        return { kind, entries: this.#map(content) };
      default:
        throw this.#unknownKind(kind, content);
    }
  }

  /** Keeps the content, too. Clients may have the other kinds as `undefined`. */
  #kindOf(value: object): string {
    let kind: string | undefined;
    for (const name of Object.keys(value)) {
      const content: unknown = (value as GivenContent)[name];
      if (content === undefined) continue;
      if (kind !== undefined)
        throw new ArgumentError(`${this.#place()} has two kinds, ${shownText(kind)} and ${shownText(name)}`);
      kind = name;
      this.#content = content;
    }
    if (kind !== undefined) return kind;
    throw new ArgumentError(
      `${this.#place()} has no kind; it must have one of the kinds ${KINDS}, such as { S: 'text' }`,
    );
  }

  #truth(given: boolean, kind: string): boolean {
    return typeof given === 'boolean' ? given : givenBoolean(given, () => this.#named(kind));
  }

  #text(given: string, kind: string): Buffer {
    if (typeof given === 'string' && given.isWellFormed()) return Buffer.from(given);
    if (typeof given !== 'string' && kind.startsWith('N'))
      throw wrongKind(given, () => this.#named(kind), 'decimal text', "; give it as text, such as '12.50'");
    return Buffer.from(givenText(given, () => this.#named(kind)));
  }

  #bytes(given: Uint8Array, kind: string): Buffer {
    if (given instanceof Uint8Array) {
      if (given.length === 0) givenBytes(given, () => this.#named(kind));
      return Buffer.from(given.buffer, given.byteOffset, given.length);
    }
    if (typeof given !== 'string') throw wrongKind(given, () => this.#named(kind), 'bytes');
    throw new ArgumentError(
      `${this.#named(kind)} must be bytes, not a text; of base64, Buffer.from(text, 'base64') makes bytes`,
    );
  }

  #elements<T>(given: Elements<T>, kind: string, what: string, read: (element: T, kind: string) => Buffer): Buffer[] {
    if (!isIterable<T>(given) || given instanceof Uint8Array)
      throw wrongKind(given, () => this.#named(kind), `an array or a Set of ${what}`);
    const elements: Buffer[] = [];
    for (const element of given) elements.push(read.call(this, element, kind));
    return elements;
  }

  #list(given: readonly AttributeValue[]): StoredValue[] {
    if (!Array.isArray(given)) throw wrongKind(given, () => this.#named('L'), 'an array of values');
    this.#checkLevel();
    const values: StoredValue[] = [];
    for (let i = 0; i < given.length; i++) {
      this.#path[this.#level] = i;
      this.#level++;
      values.push(this.#value(given[i]));
      this.#level--;
    }
    return values;
  }

  #map(given: Item): Attribute[] {
    this.#checkLevel();
    return this.#entries(given);
  }

  #checkLevel(): void {
    // The attribute itself is no list or map around another value.
    if (this.#level - 1 === MOST_LEVELS)
      throw new DataError(`lists and maps are nested deeper than ${MOST_LEVELS} levels`);
  }

  #noFields(given: unknown): ArgumentError {
    const name = () => (this.#level === 0 ? `${this.#item}` : this.#named('M'));
    return wrongKind(given, name, 'an object, or a Map, of values by attribute name');
  }

  #noValue(given: unknown): ArgumentError {
    return wrongKind(given, () => this.#place(), `an object with its kind as the one name, such as { S: 'text' }`);
  }

  #unknownKind(kind: string, content: unknown): ArgumentError {
    const later: unknown = kind === '$unknown' && Array.isArray(content) ? content[0] : undefined;
    const name = typeof later === 'string' ? later : kind;
    return new ArgumentError(`${this.#place()} has the kind ${shownText(name)}, which is none of ${KINDS}`);
  }

  #badName(name: unknown): string {
    return typeof name === 'string' ? `the name ${shownText(name)} in ${this.#place()}` : `a name in ${this.#place()}`;
  }

  #named(kind: string): string {
    return `the ${kind} of ${this.#place()}`;
  }

  /** Where the value at hand stands: `the attribute "lines"[0]."sku" of item 7 of the table "orders" (customer "alice")`. */
  #place(): string {
    const [attribute, ...below] = this.#path.slice(0, this.#level);
    if (attribute === undefined) return `${this.#item}`;
    const steps = below.map((step) => (typeof step === 'number' ? `[${step}]` : `.${shownText(step)}`));
    return `the attribute ${shownText(String(attribute))}${steps.join('')} of ${this.#item}`;
  }
}

function isObject(given: unknown): given is object {
  return typeof given === 'object' && given !== null && !Array.isArray(given) && !(given instanceof Uint8Array);
}
