import { type JsonFieldContext, skipUnknown, U64_MAX } from '@ekv/adapter';
import type { JsonReader } from '@ekv/dump-tree';

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

export function writeExpiryLine({ name, expireAtMs }: ExpiryLine): Buffer {
  return Buffer.from(`{"key":"${name}","expire_at_ms":${expireAtMs}}\n`, 'latin1');
}

/** @param path byte string of the file. */
export function readExpiryLine(context: JsonFieldContext, path: string): ExpiryLine {
  const { reader } = context;
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
