import { isAnyArrayBuffer } from 'node:util/types';
import { ArgumentError, EnvironmentError, type FileSlice } from '@ekv/snapshot';
import {
  givenBytes,
  givenInteger,
  isAsyncIterable,
  isIterable,
  type TextOrBytes,
  wrongKind,
} from '@ekv/snapshot/arguments';
import type { StreamedBody } from './body-pieces.ts';

/** The bytes of an object: text as UTF-8, bytes in memory, or a part of a file that is read when the snapshot is written. */
export type ObjectBody = TextOrBytes | ArrayBufferLike | FileSlice;

/** An answer of `fetch`. One whose status says that it is no success is refused. */
export interface AnswerWithBody {
  readonly ok: boolean;
  readonly status: number;
  readonly body: object | null;
}

/** Bytes, or a slice that can be read. Throws ArgumentError. @param of the object, and `kinds` of bodies that may be, for messages. */
export function givenBody(
  given: ObjectBody,
  of: () => string,
  kinds = 'text, bytes or a slice of a file',
): Uint8Array | FileSlice {
  const name = () => `the body of ${of()}`;
  if (typeof given === 'string' || given instanceof Uint8Array) return givenBytes(given, name);
  if (isAnyArrayBuffer(given)) return bytesIn(given, name);
  if (isSlice(given)) return givenSlice(given, of);
  throw noBody(given, name, kinds);
}

/** Whether something is meant to be a slice of a file. */
function isSlice(given: unknown): given is FileSlice {
  return typeof given === 'object' && given !== null && 'path' in given && 'offset' in given;
}

/** What comes piece by piece of a body; `undefined` for one that is there at once. Throws ArgumentError, EnvironmentError. */
export function streamOf(given: unknown, of: () => string): StreamedBody | undefined {
  if (given instanceof Blob) return given.stream();
  if (isAnswer(given)) return streamOfAnswer(given, of);
  // Bytes, and numbers that are no bytes, are iterable too, and a slice of a file is a body as it is.
  if (ArrayBuffer.isView(given) || isSlice(given)) return undefined;
  return isIterable<TextOrBytes>(given) || isAsyncIterable<TextOrBytes>(given) ? given : undefined;
}

/** Whether something is an answer of `fetch`, of whatever make. */
export function isAnswer(given: unknown): given is AnswerWithBody {
  return typeof given === 'object' && given !== null && 'body' in given && 'ok' in given && 'status' in given;
}

function streamOfAnswer({ ok, status, body }: AnswerWithBody, of: () => string): StreamedBody {
  // What a server says of its failure would become the object.
  if (ok !== true) throw new EnvironmentError(`cannot read the body of ${of()}: the answer has the status ${status}`);
  if (body === null) return [];
  if (isIterable<TextOrBytes>(body) || isAsyncIterable<TextOrBytes>(body)) return body;
  throw wrongKind(body, () => `the body in the answer for ${of()}`, 'a stream');
}

function bytesIn(given: ArrayBufferLike, name: () => string): Uint8Array {
  if (!(given as { readonly detached?: boolean }).detached) return new Uint8Array(given);
  throw new ArgumentError(`${name()} has lost its bytes: their memory was transferred; give a copy`);
}

function givenSlice({ path, offset, length, fileBytes, modifiedMs }: FileSlice, of: () => string): FileSlice {
  const file = givenBytes(path, () => `the path of the body of ${of()}`);
  if (file.length === 0 || file.includes(0)) throw new ArgumentError(`the path of the body of ${of()} names no file`);
  const bytes = (given: number, what: string) => Number(givenInteger(given, () => `the ${what} of ${of()}`, EXACT));
  if (modifiedMs !== undefined && !Number.isFinite(modifiedMs))
    throw new ArgumentError(`the time of the file of ${of()} must be a number of milliseconds`);
  return {
    path: typeof path === 'string' ? path : Buffer.from(file),
    offset: bytes(offset, 'offset of the body'),
    length: bytes(length, 'length of the body'),
    ...(fileBytes === undefined ? {} : { fileBytes: bytes(fileBytes, 'size of the file') }),
    ...(modifiedMs === undefined ? {} : { modifiedMs }),
  };
}

const EXACT = { min: 0n, max: BigInt(Number.MAX_SAFE_INTEGER) };

function noBody(given: unknown, name: () => string, kinds: string): ArgumentError {
  const error = wrongKind(given, name, kinds);
  const instead = typeof given === 'object' && given !== null ? insteadOf(given) : undefined;
  return instead === undefined ? error : new ArgumentError(`${error.message}; ${instead}`);
}

/** What to give in place of an object that holds a body and is none. */
function insteadOf(given: object): string | undefined {
  if ('path' in given || given instanceof URL)
    return 'of a file give { path, offset: 0, length }, with its size as length';
  if ('createReadStream' in given) return 'give what its createReadStream() gives, to Bucket.rows';
  if (ArrayBuffer.isView(given)) return 'give its bytes: new Uint8Array(view.buffer, view.byteOffset, view.byteLength)';
  if ('Body' in given) return 'give its Body, to Bucket.rows';
  if (isAnswer(given) || given instanceof Blob || isIterable(given) || isAsyncIterable(given))
    return 'Bucket.rows takes bodies whose bytes come later, or piece by piece';
  if ('body' in given) return 'give its body, to Bucket.rows';
  return undefined;
}
