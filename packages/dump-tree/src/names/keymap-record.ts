import { JsonBytes } from '../json/json-bytes.ts';
import type { JsonReader } from '../json/json-reader.ts';

/** A file name that does not tell the whole original name. docs/format/02-dump-tree.md, section 6.1. */
export interface KeymapRecord {
  /** Byte string: the hashed file name, or in S3 the path below the bucket's folder. */
  readonly encoded: string;
  /** Any bytes, also none. */
  readonly original: Uint8Array;
  readonly kind: string;
}

/** What no JSON string escapes. */
const PLAIN = /^[ !#-[\]-~]*$/;

/** One line of KEYMAP.jsonl, line feed included. */
export function keymapLine(record: KeymapRecord): Buffer {
  const { buffer, byteOffset, length } = record.original;
  const original = Buffer.from(buffer, byteOffset, length).toString('base64url');
  const line = `{"encoded":${quoted(record.encoded)},"original":"${original}","kind":${quoted(record.kind)}}\n`;
  return Buffer.from(line, 'latin1');
}

/**
 * Reads the one record of a line, on which `reader` is set. Field order, unknown fields and blanks around the object do
 * not matter. Throws DataError with path and line. Section 6.3.
 */
export function readKeymapRecord(reader: JsonReader): KeymapRecord {
  let encoded: string | undefined;
  let original: Buffer | undefined;
  let kind: string | undefined;
  if (reader.atEnd()) reader.failAtMark(reader.mark(), 'an empty line in a key map; remove it');
  reader.object((name) => {
    if (name === 'encoded') encoded = notEmpty(name, reader);
    else if (name === 'kind') kind = notEmpty(name, reader);
    else if (name === 'original') original = decodedOriginal(reader);
    else reader.skip();
  }, 'a key map line');
  reader.end();
  if (encoded !== undefined && original !== undefined && kind !== undefined) return { encoded, original, kind };
  const missing = encoded === undefined ? 'encoded' : original === undefined ? 'original' : 'kind';
  return reader.fail(`the field "${missing}" is missing in a key map line`);
}

function notEmpty(name: string, reader: JsonReader): string {
  const text = reader.stringBytes(name).toString('latin1');
  return text === '' ? reader.fail(`"${name}" must not be empty`) : text;
}

/** Base64url without padding and without left-over bits. */
function decodedOriginal(reader: JsonReader): Buffer {
  const text = reader.string('original');
  const original = Buffer.from(text, 'base64url');
  return original.toString('base64url') === text
    ? original
    : reader.fail('"original" is not base64url without padding');
}

/** A byte string as JSON. JSON holds no bytes that are not UTF-8: each becomes `\ufffd`. Section 2.1. */
function quoted(text: string): string {
  if (PLAIN.test(text)) return `"${text}"`;
  const json = new JsonBytes();
  const bytes = Buffer.from(text, 'latin1');
  json.lossyString(bytes, 0, bytes.length, 'plain');
  return json.view().toString('latin1');
}
