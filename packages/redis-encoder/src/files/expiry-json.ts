import { type JsonFieldContext, skipUnknown, U64_MAX } from '@ekv/adapter';
import type { ByteRange, JsonReader } from '@ekv/dump-tree';

/** Expiries in files, milliseconds since 1970; docs/format/03-redis.md, sections 4 and 11. */

/** Reads the value of `expire_at_ms`. */
export function readExpiry(reader: JsonReader): bigint | null {
  return reader.takeNull() ? null : reader.integer('"expire_at_ms"', 0n, U64_MAX);
}

/** A line of `strings_ttl.jsonl` or `hll_ttl.jsonl`. */
export interface ExpiryLine {
  /** The encoded file name without its suffix. */
  readonly name: string;
  /** 0 = none. */
  readonly expireAtMs: bigint;
}

/** What stands between the values of a line. */
const KEY = Buffer.from('{"key":');
const EXPIRY = Buffer.from(',"expire_at_ms":');
const END = Buffer.from('}');

export function writeExpiryLine({ name, expireAtMs }: ExpiryLine): Buffer {
  return Buffer.from(`{"key":"${name}","expire_at_ms":${expireAtMs}}\n`, 'latin1');
}

/** A line as it is written, with a time of today; `undefined` for every other one, of which a part was taken. */
function readAsWritten(reader: JsonReader): ExpiryLine | undefined {
  const name: ByteRange = { bytes: KEY, start: 0, end: 0 };
  if (!reader.takeBytes(KEY) || !reader.takeStringRange(name) || !reader.takeBytes(EXPIRY)) return undefined;
  const expireAtMs = reader.shortInteger();
  if (expireAtMs === undefined || expireAtMs < 0n || !reader.takeBytes(END)) return undefined;
  return { name: name.bytes.toString('utf8', name.start, name.end), expireAtMs };
}

/** @param path byte string of the file. */
export function readExpiryLine(context: JsonFieldContext, path: string): ExpiryLine {
  const { reader } = context;
  const start = reader.mark();
  const asWritten = readAsWritten(reader);
  if (asWritten !== undefined) return asWritten;
  reader.back(start);
  let name = '';
  let expireAtMs = 0n;
  reader.object((field) => {
    if (field === 'key') name = reader.string('"key"');
    else if (field !== 'expire_at_ms') skipUnknown(context, field, path);
    // As elsewhere, what is null changes nothing.
    else expireAtMs = readExpiry(reader) ?? expireAtMs;
  }, 'a line of an expiry sidecar');
  return { name, expireAtMs };
}
