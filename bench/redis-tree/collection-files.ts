import { isUtf8 } from 'node:buffer';

/**
 * The files of collections as decode writes them (docs/format/03-redis.md, sections 6 to 11), by JSON.stringify and
 * not by the code of the adapter: what is measured does not make its own input.
 */

/** A field or a member with what belongs to it. */
export type Pair<T> = readonly [name: Buffer, value: T];

export function hashFile(fields: readonly Pair<Buffer>[], expiry: number | null): string {
  const written = sortedUnique(fields).map(([name, value]) => ({ name: jsonValue(name), value: jsonValue(value) }));
  return indented({ format_version: 1, fields: written, expire_at_ms: expiry });
}

export function setFile(members: readonly Buffer[], expiry: number | null): string {
  const written = sortedUnique(members.map((member) => [member, undefined])).map(([member]) => jsonValue(member));
  return indented({ format_version: 1, members: written, expire_at_ms: expiry });
}

export function listFile(items: readonly Buffer[], expiry: number | null): string {
  return indented({ format_version: 1, items: items.map(jsonValue), expire_at_ms: expiry });
}

/** @param members with their scores. */
export function sortedSetFile(members: readonly Pair<number>[], expiry: number | null): string {
  const written = sortedUnique(members).map(([member, score]) => ({
    member: jsonValue(member),
    score: score === Number.POSITIVE_INFINITY ? '+inf' : score,
  }));
  return indented({ format_version: 1, members: written, expire_at_ms: expiry });
}

export interface StreamEntry {
  readonly ms: number;
  readonly seq: number;
  readonly fields: readonly { readonly name: string; readonly value: string }[];
}

/** @param entries in order of their ids, at least one. */
export function streamFile(entries: readonly StreamEntry[], expiry: number | null): string {
  const last = entries.at(-1)!;
  const lines: object[] = entries.map(({ ms, seq, fields }) => ({ id: `${ms}-${seq}`, fields }));
  lines.push({ _meta: true, length: entries.length, last_ms: last.ms, last_seq: last.seq, expire_at_ms: expiry });
  return lines.map((line) => `${escaped(JSON.stringify(line))}\n`).join('');
}

function jsonValue(bytes: Buffer): string | { base64: string } {
  return isUtf8(bytes) ? bytes.toString('utf8') : { base64: bytes.toString('base64url') };
}

/** By raw bytes; of equal names the last one counts. */
function sortedUnique<T>(pairs: readonly Pair<T>[]): Pair<T>[] {
  const byBytes = new Map(pairs.map((pair) => [pair[0].toString('latin1'), pair]));
  return [...byBytes.values()].sort(([a], [b]) => a.compare(b));
}

function indented(value: object): string {
  return escaped(JSON.stringify(value, null, 2));
}

/** The five characters that JSON.stringify leaves as they are. */
function escaped(json: string): string {
  return json.replace(/[<>&\u2028\u2029]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
