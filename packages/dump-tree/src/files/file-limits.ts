import { VALUE_CAP } from '@ekv/snapshot';

/**
 * How large a file may be that is held in memory whole. It is looked at before the first byte is read, so that no file
 * takes more memory than one that can be encoded. docs/format/02-dump-tree.md, section 8.1.
 */
export interface FileLimit {
  /** What has this limit, for messages. */
  readonly what: string;
  /** In bytes, this size included. */
  readonly bytes: number;
  /** JSON is looked at block by block: what is none, such as a hole in a file, ends the reading. */
  readonly content: 'any bytes' | 'JSON';
  /** What to do about a larger one. */
  readonly advice: string;
}

/** In JSON a byte of a text takes up to six, `\u0000`. */
const JSON_PER_BYTE = 6;
/** More than this is held in memory for no file at all. */
const MOST_WHOLE = 2 ** 32;

/** Bytes that become the value of one row. */
export const ROW_BYTES: FileLimit = {
  what: 'the value of a row',
  bytes: VALUE_CAP,
  content: 'any bytes',
  advice: 'no node holds a larger value, shorten or remove it',
};

/** JSON that becomes the value of one row. */
export const ROW_JSON: FileLimit = {
  what: 'the JSON of one row',
  bytes: VALUE_CAP * JSON_PER_BYTE,
  content: 'JSON',
  advice: 'no row can hold what is in it, shorten or remove it',
};

/** A file that encode has read, for a comparison. */
export const ANY_BYTES: FileLimit = {
  what: 'a file that is compared',
  bytes: MOST_WHOLE,
  content: 'any bytes',
  advice: 'run without the self-test',
};

/** JSON that describes something: the manifest, a table, a queue, a bucket, an object. A few KiB as a rule. */
export const DESCRIPTION_JSON: FileLimit = {
  what: 'a description',
  bytes: 16 << 20,
  content: 'JSON',
  advice: 'it was damaged, restore it from the dump',
};
