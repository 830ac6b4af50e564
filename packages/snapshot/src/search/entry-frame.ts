import {
  FLAGS_ENCRYPTION,
  FLAGS_RESERVED,
  FOOTER_BYTES,
  isOperationalKey,
  KEY_CAP,
  LENGTH_BYTES,
  TIMESTAMP_BYTES,
  VALUE_CAP,
  VALUE_HEADER_BYTES,
} from '../format/constants.ts';
import { lengthAt } from '../format/length-field.ts';
import type { PagedBytes } from './paged-bytes.ts';

/** An entry, or bytes that look like one. */
export interface EntryFrame {
  /** Where it begins in the file. */
  readonly offset: number;
  readonly end: number;
  /** As it stands in the file: with the timestamp, when it has one. */
  readonly key: Buffer;
}

const FIRST_ENCRYPTION_RESERVED = 0x04;

/** What may be the length of a key, at `bytes[at]`; 0 = nothing that may be one. Eight bytes must be there. */
export function keyLengthAt(bytes: Buffer, at: number): number {
  if (bytes[at + 3] !== 0 || lengthAt(bytes, at + 4) !== 0) return 0;
  const length = lengthAt(bytes, at);
  return length >= TIMESTAMP_BYTES && length <= KEY_CAP ? length : 0;
}

/** Reads what may be an entry; `undefined` for what can be none that a reader takes. Of the value only its header is looked at. */
export function readFrame(bytes: PagedBytes, offset: number): EntryFrame | undefined {
  const head = bytes.at(offset, LENGTH_BYTES);
  const keyLength = head === undefined ? 0 : keyLengthAt(head, 0);
  if (keyLength === 0) return undefined;
  const valueField = offset + LENGTH_BYTES + keyLength;
  const keyAndLength = bytes.at(offset + LENGTH_BYTES, keyLength + LENGTH_BYTES);
  if (keyAndLength === undefined || lengthAt(keyAndLength, keyLength + 4) !== 0) return undefined;
  const valueLength = lengthAt(keyAndLength, keyLength);
  const end = valueField + LENGTH_BYTES + valueLength;
  if (valueLength > VALUE_CAP || end > bytes.length) return undefined;
  const key = Buffer.from(keyAndLength.subarray(0, keyLength));
  if (isOperationalKey(key, 0, keyLength)) return { offset, end, key };
  const flags = valueLength < VALUE_HEADER_BYTES ? undefined : bytes.at(valueField + LENGTH_BYTES, 1)![0];
  return flags !== undefined && areFlags(flags) ? { offset, end, key } : undefined;
}

/** Encrypted entries are entries too: who reads one says what is to be done. */
function areFlags(flags: number): boolean {
  return (flags & FLAGS_RESERVED) === 0 && (flags & FLAGS_ENCRYPTION) < FIRST_ENCRYPTION_RESERVED;
}

/** Whether the entries may end at an offset: with the file, or where there is room for a footer alone. */
export function mayEndAt(bytes: PagedBytes, offset: number): boolean {
  return offset === bytes.length || offset === bytes.length - FOOTER_BYTES;
}
