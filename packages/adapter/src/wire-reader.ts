import { isUtf8 } from 'node:buffer';
import { DataError } from '@ekv/snapshot';

/** Wire types of Protocol Buffers. */
export const WIRE = { varint: 0, bit64: 1, delimited: 2, startGroup: 3, endGroup: 4, bit32: 5 } as const;

const LONGEST_VARINT = 10;
/** Highest tag: a field number of 29 bits and a wire type. */
const MOST_TAG = 2 ** 32 - 1;

/**
 * Reads Protocol Buffers messages that any writer could have made, nested ones in place. Tolerant where the wire format is (long
 * varints, unknown fields, groups), strict where bytes mean nothing. docs/format/04-dynamodb.md, section 3.5.
 *
 * A message is read up to its `end`: `while (reader.next(end))`, and in the loop one call that takes the field, or {@link skip}.
 * Throws DataError.
 */
export class WireReader {
  readonly bytes: Buffer;
  /** Offset of the next byte. */
  #at: number;
  /** Of the field at hand. */
  field = 0;
  /** Of the field at hand, one of {@link WIRE}. */
  wireType = 0;

  /** @param bytes must not change while they are read. @param start where the message begins. */
  constructor(bytes: Buffer, start = 0) {
    this.bytes = bytes;
    this.#at = start;
  }

  /** Offset of the next byte. */
  get at(): number {
    return this.#at;
  }

  /** Takes the tag of the next field of the message that ends at `end`; false at its end. */
  next(end: number): boolean {
    if (this.#at >= end) return false;
    const tag = this.#varint(end);
    const field = Math.floor(tag / 8);
    if (field === 0 || tag > MOST_TAG) throw broken('a field number is 0 or too large');
    this.field = field;
    this.wireType = tag & 7;
    return true;
  }

  /** Whether the field at hand is this one, of bytes, text or a message. */
  isDelimited(field: number): boolean {
    return this.field === field && this.wireType === WIRE.delimited;
  }

  /** Takes the length of the field at hand and gives the offset where its bytes end; they begin at {@link at}. */
  delimitedEnd(end: number): number {
    const length = this.#varint(end);
    if (length > end - this.#at) throw broken('a length runs past the end');
    return this.#at + length;
  }

  /** The bytes of the field at hand, a view. */
  take(end: number): Buffer {
    const fieldEnd = this.delimitedEnd(end);
    const start = this.#at;
    this.#at = fieldEnd;
    return this.bytes.subarray(start, fieldEnd);
  }

  /** The bytes of a text field, a view; throws unless they are valid UTF-8. */
  text(end: number): Buffer {
    const bytes = this.take(end);
    if (!isUtf8(bytes)) throw new DataError('a string is not valid UTF-8');
    return bytes;
  }

  /** A varint as a truth value: everything but 0 is true. */
  truth(end: number): boolean {
    return this.#varint(end) !== 0;
  }

  /** A varint of 64 bits, exact. */
  unsigned(end: number): bigint {
    const start = this.#at;
    const value = this.#varint(end);
    if (value <= Number.MAX_SAFE_INTEGER) return BigInt(value);
    let exact = 0n;
    for (let i = start; i < this.#at; i++) exact |= BigInt(this.bytes[i]! & 0x7f) << BigInt(7 * (i - start));
    return exact;
  }

  /** A number of 64 bits with a fraction. */
  double(end: number): number {
    const at = this.#at;
    this.#advance(8, end);
    return this.bytes.readDoubleLE(at);
  }

  /** Passes over the field at hand. */
  skip(end: number): void {
    if (this.wireType !== WIRE.startGroup) return this.#skipOne(end);
    const open = [this.field];
    while (open.length > 0) {
      if (!this.next(end)) throw broken('a group does not end');
      if (this.wireType === WIRE.startGroup) open.push(this.field);
      else if (this.wireType !== WIRE.endGroup) this.#skipOne(end);
      else if (open.pop() !== this.field) throw broken('a group ends that is not the last one begun');
    }
  }

  #skipOne(end: number): void {
    if (this.wireType === WIRE.varint) this.#varint(end);
    else if (this.wireType === WIRE.delimited) this.#at = this.delimitedEnd(end);
    else if (this.wireType === WIRE.bit32) this.#advance(4, end);
    else if (this.wireType === WIRE.bit64) this.#advance(8, end);
    else if (this.wireType === WIRE.endGroup) throw broken('a group ends that did not begin');
    else throw broken(`the wire type ${this.wireType} does not exist`);
  }

  #advance(length: number, end: number): void {
    if (length > end - this.#at) throw broken('a field is cut short');
    this.#at += length;
  }

  /** Exact up to 2^53, above it rounded; at most 10 bytes, the tenth at most 1. */
  #varint(end: number): number {
    const first = this.#at < end ? this.bytes[this.#at]! : 0x80;
    if (first >= 0x80) return this.#longVarint(end);
    this.#at++;
    return first;
  }

  #longVarint(end: number): number {
    const { bytes } = this;
    const start = this.#at;
    const limit = Math.min(end, start + LONGEST_VARINT);
    let value = 0;
    for (let at = start, scale = 1; at < limit; at++, scale *= 0x80) {
      const byte = bytes[at]!;
      value += (byte & 0x7f) * scale;
      if (byte >= 0x80) continue;
      if (at - start === LONGEST_VARINT - 1 && byte > 1) throw broken('a number has more than 64 bits');
      this.#at = at + 1;
      return value;
    }
    throw broken('a number is cut short or longer than 10 bytes');
  }
}

function broken(what: string): DataError {
  return new DataError(`the protobuf message is broken: ${what}`);
}
