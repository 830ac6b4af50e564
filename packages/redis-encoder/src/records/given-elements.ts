import { ArgumentError, type SnapshotRow } from '@ekv/snapshot';
import {
  givenOnce,
  givenUnread,
  isAsyncIterable,
  isIterable,
  isPlainObject,
  kindOf,
  wrongKind,
} from '@ekv/snapshot/arguments';

/** Makes the rows of a collection, one element at a time: its size is known, and needed, at the end alone. */
export interface ElementRecords<Element> {
  /** The row of an element. */
  of(element: Element): SnapshotRow;
  /** The other row of the element before, for types that have two. */
  other?(): SnapshotRow;
  /** The rows after those of the last element. */
  end(): Iterable<SnapshotRow>;
}

/** Rows that come with `for`. */
export type Rows = Generator<SnapshotRow, void, undefined>;
/** Rows that come with `for await`. */
export type AsyncRows = AsyncGenerator<SnapshotRow, void, undefined>;

/** Elements as they come, or all of them at once. */
export type Elements<Element> = Iterable<Element> | AsyncIterable<Element>;

/** The rows of a collection. @param elements what {@link givenElements} or {@link givenPairs} gave. */
export function recordsOf<Element>(elements: Elements<Element>, records: ElementRecords<Element>): Rows | AsyncRows {
  return isAsyncIterable<Element>(elements) ? rowsToCome(elements, records) : rows(elements, records);
}

function* rows<Element>(elements: Iterable<Element>, records: ElementRecords<Element>): Rows {
  for (const element of elements) {
    yield records.of(element);
    if (records.other !== undefined) yield records.other();
  }
  yield* records.end();
}

async function* rowsToCome<Element>(elements: AsyncIterable<Element>, records: ElementRecords<Element>): AsyncRows {
  givenUnread(elements, 'a stream of elements');
  for await (const element of elements) {
    yield records.of(element);
    if (records.other !== undefined) yield records.other();
  }
  for (const row of records.end()) yield row;
}

/**
 * What can be walked over. Throws ArgumentError for all else, as for text and bytes, whose elements nobody wants, and for a generator
 * that was given before: the key would be empty.
 */
export function givenElements<Element>(given: Elements<Element>, name: () => string): Elements<Element> {
  if (isWalkable<Element>(given)) return givenOnce(given, name);
  throw wrongKind(given, name, 'an iterable or an async iterable');
}

/** As {@link givenElements}, or the properties of a plain object. */
export function givenPairs<Element, Value>(
  given: Elements<Element> | Readonly<Record<string, Value>>,
  name: () => string,
): Elements<Element | readonly [string, Value]> {
  if (isWalkable<Element>(given)) return givenOnce(given, name);
  if (isPlainObject(given)) return Object.entries(given);
  throw wrongKind(given, name, 'an iterable, an async iterable or a plain object');
}

/** Throws ArgumentError unless an element is an array of two or an object. @param wanted for people. */
export function checkPair(element: unknown, wanted: string, name: () => string): void {
  if (Array.isArray(element) ? element.length === 2 : isObject(element)) return;
  const what = Array.isArray(element) ? `an array of ${element.length}` : kindOf(element);
  throw new ArgumentError(`${name()} must be ${wanted}, not ${what}`);
}

/** As `Array.isArray`, which does not know read-only arrays. */
export function isPair<Element>(element: Element): element is Extract<Element, readonly unknown[]> {
  return Array.isArray(element);
}

function isObject(given: unknown): given is object {
  return typeof given === 'object' && given !== null && !(given instanceof Uint8Array);
}

function isWalkable<Element>(given: unknown): given is Elements<Element> {
  return (isIterable(given) || isAsyncIterable(given)) && !(given instanceof Uint8Array);
}
