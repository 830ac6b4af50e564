import { Readable } from 'node:stream';
import { ArgumentError } from './base-errors.ts';
import { didYouMean } from './nearest.ts';
import type { Warn } from './warning.ts';

export { didYouMean, nearest } from './nearest.ts';

/** Text, which is taken as UTF-8, or bytes of any kind. */
export type TextOrBytes = string | Uint8Array;

/** A time: milliseconds since 1970 (UTC), or a Date. */
export type Time = bigint | number | Date;

/**
 * What an argument is and where it stands, such as `the value of field city of the hash user:1`: the subject of the message. A
 * function is called only when something is wrong.
 */
export type ArgumentName = string | (() => string);

/** Whole numbers that are allowed, both ends included. */
export interface IntegerRange {
  readonly min: bigint;
  readonly max: bigint;
}

const U64: IntegerRange = { min: 0n, max: 2n ** 64n - 1n };

/** Text as UTF-8, bytes as they are and not copied. Throws ArgumentError for all else, and for text with a lone surrogate. */
export function givenBytes(given: TextOrBytes, name: ArgumentName): Uint8Array {
  if (typeof given === 'string') return Buffer.from(givenText(given, name));
  if (given instanceof Uint8Array) return attached(given, name);
  throw noText(given, name, 'text or bytes');
}

/** Bytes whose memory was given to another thread are none any more, and look as if there never were any. */
function attached(given: Uint8Array, name: ArgumentName): Uint8Array {
  if (given.length > 0 || !(given.buffer as { readonly detached?: boolean }).detached) return given;
  throw new ArgumentError(`${named(name)} has lost its bytes: their memory was transferred; give a copy`);
}

/** Text that has a form in UTF-8. Throws ArgumentError for all else: a lone surrogate would become another character. */
export function givenText(given: string, name: ArgumentName): string {
  if (typeof given !== 'string') throw noText(given, name, 'text');
  if (given.isWellFormed()) return given;
  throw new ArgumentError(`${named(name)} has a lone surrogate, so it has no form in UTF-8`);
}

/** Numbers are text only when the caller says how they are written. */
function noText(given: unknown, name: ArgumentName, wanted: string): ArgumentError {
  return wrongKind(given, name, wanted, typeof given === 'number' ? '; write String(...) around it' : '');
}

/** A whole number, by default of 64 bits unsigned. A `number` must be exact (up to 2^53 - 1). Throws ArgumentError. */
export function givenInteger(given: bigint | number, name: ArgumentName, { min, max }: IntegerRange = U64): bigint {
  if (typeof given !== 'bigint' && !Number.isSafeInteger(given)) {
    const what = typeof given === 'number' ? String(given) : kindOf(given);
    throw new ArgumentError(
      `${named(name)} must be a whole number (a bigint, or a number up to 2^53 - 1), not ${what}`,
    );
  }
  const value = BigInt(given);
  if (value >= min && value <= max) return value;
  throw new ArgumentError(`${named(name)} must be from ${min} to ${max}, not ${value}`);
}

/** Milliseconds since 1970, by default 64 bits unsigned. Throws ArgumentError, which says what makes a time of a text. */
export function givenTime(given: Time, name: ArgumentName, range: IntegerRange = U64): bigint {
  if (typeof given === 'bigint' || typeof given === 'number') return givenInteger(given, name, range);
  if (typeof given === 'string') throw wrongKind(given, name, TIME, `; write ${timeOfText(given)} around it`);
  if (!(given instanceof Date)) throw wrongKind(given, name, TIME);
  if (Number.isNaN(given.getTime())) throw new ArgumentError(`${named(name)} is no valid Date`);
  return givenInteger(given.getTime(), name, range);
}

const TIME = 'a Date or milliseconds since 1970';

/** Date understands other texts than digits alone. */
function timeOfText(given: string): string {
  return /^[0-9]+$/.test(given) ? 'Number(...)' : 'new Date(...)';
}

/** Throws ArgumentError for what is not exactly `true` or `false`: the text `"false"` would count as true. */
export function givenBoolean(given: boolean, name: ArgumentName): boolean {
  if (typeof given === 'boolean') return given;
  throw wrongKind(given, name, 'true or false');
}

/** One of some words. Throws ArgumentError that shows those that there are. */
export function givenChoice<T extends string>(given: T, choices: readonly T[], name: ArgumentName): T {
  if (choices.includes(given)) return given;
  const what = typeof given === 'string' ? `'${shownField(given)}'` : kindOf(given);
  throw new ArgumentError(`${named(name)} must be ${choices.map((choice) => `'${choice}'`).join(' or ')}, not ${what}`);
}

/** An object with fields. Throws ArgumentError for `null`, arrays, bytes, promises and values that are not objects. */
export function givenObject<T extends object>(given: T, name: ArgumentName): T {
  const isNone = Array.isArray(given) || given instanceof Uint8Array || isPromise(given);
  if (typeof given === 'object' && given !== null && !isNone) return given;
  throw wrongKind(given, name, 'an object');
}

/** What a caller wants to have its warnings, or nothing. Throws ArgumentError as {@link givenCallback}. @param call whose option it is. */
export function givenWarn(given: Warn | undefined, call: ArgumentName): Warn | undefined {
  return givenCallback(given, () => `the option "warn" of ${named(call)}`);
}

/** What becomes of what an operator should know. */
export interface WarnOptions {
  /** Gets one warning for each kind of thing, with a count and an example. Default: nothing is looked for. */
  readonly warn?: Warn | undefined;
}

/**
 * The `warn` of the options of a call. Throws ArgumentError for anything but an object, for options that are not known, and as
 * {@link givenWarn}.
 *
 * @param call whose options they are, for people. @param others that it has beside `warn`.
 */
export function warnOf(options: WarnOptions, call: string, others: readonly string[] = []): Warn | undefined {
  const given = givenObject(options, () => `the options of ${call}`);
  return givenWarn(givenFields(given, ['warn', ...others], call, 'option').warn, call);
}

/**
 * A function that is told something, or nothing. Throws ArgumentError for what cannot be called, and for async functions and
 * generators: nobody waits for them, so an error in the first would end the process, and the second would never run.
 */
export function givenCallback<T extends (told: never) => void>(
  given: T | undefined,
  name: ArgumentName,
): T | undefined {
  if (given === undefined) return undefined;
  if (typeof given !== 'function') throw wrongKind(given, name, 'a function');
  if (!/Async|Generator/.test(Object.prototype.toString.call(given))) return given;
  throw new ArgumentError(
    `${named(name)} must be a plain function, not an async one or a generator, which nobody would wait for; keep what it is given, and await later`,
  );
}

/**
 * An object whose fields, or options, are all known: a misspelt one would be passed over, and what it says with it. Throws
 * ArgumentError with the name that was probably meant, or with all that there are.
 *
 * @param known names, each of them as it is written; of a type of TypeScript, `keyof` keeps them right. @param what they are, for people.
 */
export function givenFields<T extends object>(
  given: T,
  known: readonly string[],
  name: ArgumentName,
  what: 'field' | 'option' = 'field',
): T {
  for (const field in given) {
    if (!known.includes(field))
      throw new ArgumentError(`${named(name)} has no ${what} "${shownField(field)}"${meant(field, known)}`);
  }
  return given;
}

/** What to write in place of a name that is not known. */
function meant(field: string, known: readonly string[]): string {
  if (known.length === 0) return '';
  return didYouMean(field, known) || `; it takes ${known.join(', ')}`;
}

const LONGEST_FIELD = 64;

/** In one line: a field may have any name. */
function shownField(name: string): string {
  return JSON.stringify(name.length > LONGEST_FIELD ? `${name.slice(0, LONGEST_FIELD)}...` : name).slice(1, -1);
}

/** A snapshot that is open. Throws ArgumentError for all else, such as its path. One of another copy of this package is of another class. */
export function givenSnapshot<T extends { rowsOf: unknown }>(given: T): T {
  if (typeof given?.rowsOf === 'function') return given;
  throw wrongKind(given, 'the snapshot', 'what openSnapshot gives');
}

/**
 * Whether something is an object that was written as fields, of any realm: an object of a class, such as a Set, a Date or a promise,
 * holds its data elsewhere.
 */
export function isPlainObject(given: unknown): given is object {
  if (typeof given !== 'object' || given === null) return false;
  const prototype: unknown = Object.getPrototypeOf(given);
  return prototype === null || (Object.getPrototypeOf(prototype) === null && !Array.isArray(given));
}

/** Whether something can be walked over with `for`. Text is not meant by it: nobody wants its characters. */
export function isIterable<T = unknown>(given: unknown): given is Iterable<T> {
  return typeof given === 'object' && given !== null && typeof (given as Iterable<T>)[Symbol.iterator] === 'function';
}

/** Whether something can be walked over with `for await` alone. */
export function isAsyncIterable<T = unknown>(given: unknown): given is AsyncIterable<T> {
  const walked = given as AsyncIterable<T> | null | undefined;
  return typeof given === 'object' && typeof walked?.[Symbol.asyncIterator] === 'function';
}

/**
 * Throws ArgumentError for a stream of Node or of the web that was read already, also in part: it would seem to be empty, or shorter
 * than it was. And for one that cannot be read: it was closed, or another reader holds it.
 */
export function givenUnread(given: object, name: ArgumentName): void {
  const { readableDidRead, destroyed } = given as Partial<Readable>;
  const isOfTheWeb = given instanceof ReadableStream;
  if (isOfTheWeb ? isDisturbed(given) : readableDidRead === true)
    throw new ArgumentError(`${named(name)} was read already, so its bytes are gone; give a new stream`);
  if (isOfTheWeb && given.locked)
    throw new ArgumentError(
      `${named(name)} is locked: a reader of somebody else holds it; release that, or give a new stream`,
    );
  if (readableDidRead === false && destroyed)
    throw new ArgumentError(`${named(name)} was closed before it was read; give a new stream`);
}

/** Iterators and streams that were given to any call. */
const GIVEN = new WeakSet<object>();

/**
 * What is walked over, when it can be walked over again or was not given before: the same generator, iterator or stream gives nothing
 * the second time, and what is made of it would be empty. To be called once for each argument, when all else about it is right.
 *
 * Not seen, because nothing tells it from one that is empty: a generator that its owner walked over before it was given, and an
 * iterable that hides one iterator (`{ [Symbol.iterator]: () => used }`). Throws ArgumentError.
 */
export function givenOnce<T extends object>(given: T, name: ArgumentName): T {
  givenUnread(given, name);
  if (!givesItselfOnce(given)) return given;
  if (GIVEN.has(given))
    throw new ArgumentError(
      `${named(name)}: this generator or stream was given before, and it gives what it has once; make a new one`,
    );
  GIVEN.add(given);
  return given;
}

/** Whether it is an iterator, which is its own and only one, or a stream. */
function givesItselfOnce(given: object): boolean {
  if (given instanceof ReadableStream || typeof (given as Readable).pipe === 'function') return true;
  if (typeof (given as Iterator<unknown>).next !== 'function') return false;
  const walked = given as Partial<Iterable<unknown> & AsyncIterable<unknown>>;
  return walked[Symbol.iterator]?.() === given || walked[Symbol.asyncIterator]?.() === given;
}

function isDisturbed(stream: ReadableStream): boolean {
  return Readable.isDisturbed(stream as unknown as Readable);
}

/** What kind of thing was given, at the end of messages: `a text`, `an array`, `nothing`; of a Promise also what to do with it. */
export function kindOf(given: unknown): string {
  if (given === undefined) return 'nothing';
  if (given === null) return 'null';
  if (typeof given === 'string') return 'a text';
  if (typeof given !== 'object') return `a ${typeof given}`;
  if (Array.isArray(given)) return 'an array';
  if (isPromise(given)) return 'a Promise; write await before it';
  if (given instanceof Uint8Array) return 'bytes';
  const { constructor: maker = Object } = given;
  return maker === Object ? 'an object' : `an object of class ${maker.name}`;
}

/** The error for an argument of the wrong kind. @param advice what to do, after a `; `. */
export function wrongKind(given: unknown, name: ArgumentName, wanted: string, advice = ''): ArgumentError {
  return new ArgumentError(`${named(name)} must be ${wanted}, not ${kindOf(given)}${advice}`);
}

/** Whether somebody should have waited for it. */
function isPromise(given: unknown): boolean {
  return typeof (given as Promise<unknown> | null | undefined)?.then === 'function';
}

function named(name: ArgumentName): string {
  return typeof name === 'string' ? name : name();
}
