import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import { isValidUtf8 } from '@ekv/dump-tree';
import { DataError } from '@ekv/snapshot';

const LONGEST_VARINT = 10;
/** Highest tag: a field number of 29 bits and a wire type. */
const MOST_TAG = 2 ** 32 - 1;

/**
 * Reads protobuf messages that any writer could have made, nested ones in place. Tolerant where the wire format is (long
 * varints, unknown fields, groups), strict where bytes mean nothing. docs/format/04-dynamodb.md, section 3.5.
 *
 * Throws DataError.
 */
export class WireReader {
  readonly bytes: Buffer;
  readonly #reader: BinaryReader;
  /** Of the field at hand. */
  field = 0;
  wireType: WireType = WireType.Varint;

  /** @param bytes one message from its first to its last byte. */
  constructor(bytes: Buffer) {
    this.bytes = bytes;
    this.#reader = new BinaryReader(bytes);
  }

  /** Offset of the next byte. */
  get at(): number {
    return this.#reader.pos;
  }

  /** Takes the tag of the next field of the message that ends at `end`; false at its end. */
  next(end: number): boolean {
    if (this.#reader.pos >= end) return false;
    const tag = this.#varint(end);
    const field = Math.floor(tag / 8);
    if (field === 0 || tag > MOST_TAG) throw broken('a field number is 0 or too large');
    this.field = field;
    this.wireType = tag & 7;
    return true;
  }

  /** Whether the field at hand is this one, of bytes, text or a message. */
  isDelimited(field: number): boolean {
    return this.field === field && this.wireType === WireType.LengthDelimited;
  }

  /** Takes the length of the field at hand and gives the offset where its bytes end; they begin at {@link at}. */
  delimitedEnd(end: number): number {
    const length = this.#varint(end);
    if (length > end - this.#reader.pos) throw broken('a length runs past the end');
    return this.#reader.pos + length;
  }

  /** The bytes of the field at hand, a view. */
  take(end: number): Buffer {
    const fieldEnd = this.delimitedEnd(end);
    const start = this.#reader.pos;
    this.#reader.pos = fieldEnd;
    return this.bytes.subarray(start, fieldEnd);
  }

  /** The bytes of a text field; throws unless they are valid UTF-8. */
  text(end: number): Buffer {
    const bytes = this.take(end);
    if (!isValidText(bytes)) throw new DataError('a text in the message is not valid UTF-8');
    return bytes;
  }

  /** A varint as a truth value: everything but 0 is true. */
  truth(end: number): boolean {
    return this.#varint(end) !== 0;
  }

  /** A varint of 64 bits, exact. */
  unsigned(end: number): bigint {
    const start = this.#reader.pos;
    const value = this.#varint(end);
    if (value <= Number.MAX_SAFE_INTEGER) return BigInt(value);
    this.#reader.pos = start;
    return BigInt(this.#reader.uint64());
  }

  /** Passes over the field at hand. */
  skip(end: number): void {
    if (this.wireType !== WireType.StartGroup) return this.#skipOne(end);
    const open = [this.field];
    while (open.length > 0) {
      if (!this.next(end)) throw broken('a group does not end');
      if (this.wireType === WireType.StartGroup) open.push(this.field);
      else if (this.wireType !== WireType.EndGroup) this.#skipOne(end);
      else if (open.pop() !== this.field) throw broken('a group ends that is not the last one begun');
    }
  }

  #skipOne(end: number): void {
    if (this.wireType === WireType.Varint) this.#varint(end);
    else if (this.wireType === WireType.LengthDelimited) this.#reader.pos = this.delimitedEnd(end);
    else if (this.wireType === WireType.Bit32) this.#advance(4, end);
    else if (this.wireType === WireType.Bit64) this.#advance(8, end);
    else if (this.wireType === WireType.EndGroup) throw broken('a group ends that did not begin');
    else throw broken(`the wire type ${this.wireType} does not exist`);
  }

  #advance(length: number, end: number): void {
    if (length > end - this.#reader.pos) throw broken('a field is cut short');
    this.#reader.pos += length;
  }

  /** At least exact up to 2^53; at most 10 bytes, the tenth at most 1. */
  #varint(end: number): number {
    const { bytes } = this;
    const at = this.#reader.pos;
    const first = bytes[at]!;
    if (first < 0x80 && at < end) {
      this.#reader.pos = at + 1;
      return first;
    }
    const limit = Math.min(end, at + LONGEST_VARINT);
    let last = at;
    while (last < limit && bytes[last]! >= 0x80) last++;
    if (last === limit) throw broken('a number is cut short or longer than 10 bytes');
    // Up to four bytes the reader is exact in 32 bits.
    if (last - at < 4) return this.#reader.uint32();
    if (last - at === LONGEST_VARINT - 1 && bytes[last]! > 1) throw broken('a number has more than 64 bits');
    return Number(this.#reader.uint64());
  }
}

function broken(what: string): DataError {
  return new DataError(`the protobuf message is broken: ${what}`);
}

/** Whether bytes are strictly valid UTF-8. */
function isValidText(bytes: Buffer): boolean {
  return isValidUtf8(bytes, 0, bytes.length);
}
