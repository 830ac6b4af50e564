import { FORMAT_VERSION } from '@ekv/adapter';
import type { JsonBytes } from '@ekv/dump-tree';
import { writeBytes } from './bytes-json.ts';

/**
 * Writes the JSON of hashes, lists, sets and sorted sets, byte for byte: `collection-json-reader.ts` reads it.
 * docs/format/03-redis.md, sections 6 to 11.
 */

/** A name or member, and for hashes a value, in `bytes`. */
export interface ElementRange {
  readonly bytes: Buffer;
  readonly nameStart: number;
  readonly nameEnd: number;
  readonly valueStart: number;
  readonly valueEnd: number;
}

/** @param list name of the list, such as `fields`. @param count of its elements, which must be written next. */
export function beginCollection(json: JsonBytes, list: string, count: number): void {
  json.text(`{\n  "format_version": ${FORMAT_VERSION},\n  "${list}": [${count === 0 ? '' : '\n'}`);
}

export function endCollection(json: JsonBytes, count: number, expireAtMs: bigint | null): void {
  json.text(`${count === 0 ? ']' : '\n  ]'},\n  "expire_at_ms": ${expireAtMs}\n}`);
}

/** The field number `i` of a hash. */
export function writeHashField(json: JsonBytes, i: number, field: ElementRange): void {
  json.text(i === 0 ? '    {\n      "name": ' : ',\n    {\n      "name": ');
  writeBytes(json, field.bytes, field.nameStart, field.nameEnd, '      ');
  json.text(',\n      "value": ');
  writeBytes(json, field.bytes, field.valueStart, field.valueEnd, '      ');
  json.text('\n    }');
}

/** The item number `i` of a list, or member of a set: `bytes[start, end)`. */
export function writeElement(json: JsonBytes, i: number, bytes: Buffer, start: number, end: number): void {
  json.text(i === 0 ? '    ' : ',\n    ');
  writeBytes(json, bytes, start, end, '    ');
}

/** The member number `i` of a sorted set. @param score as text; see `scoreText`. */
export function writeSortedSetMember(
  json: JsonBytes,
  i: number,
  { bytes, nameStart, nameEnd }: Omit<ElementRange, 'valueStart' | 'valueEnd'>,
  score: string,
): void {
  json.text(i === 0 ? '    {\n      "member": ' : ',\n    {\n      "member": ');
  writeBytes(json, bytes, nameStart, nameEnd, '      ');
  json.text(`,\n      "score": ${score}\n    }`);
}
