import { isValidUtf8, type JsonBytes } from '@ekv/dump-tree';

/** The JSON layout of hashes, lists, sets and sorted sets, byte for byte; docs/format/03-redis.md, sections 6 to 11. */

/** @param list name of the list, such as `fields`. */
export function beginCollection(json: JsonBytes, list: string, count: number): void {
  json.text(`{\n  "format_version": 1,\n  "${list}": [${count === 0 ? '' : '\n'}`);
}

export function endCollection(json: JsonBytes, count: number, expireAtMs: bigint | null): void {
  json.text(`${count === 0 ? ']' : '\n  ]'},\n  "expire_at_ms": ${expireAtMs}\n}`);
}

/** One field of a hash: name and value are ranges of `bytes`. */
export function hashField(
  json: JsonBytes,
  i: number,
  bytes: Buffer,
  nameStart: number,
  nameEnd: number,
  valueStart: number,
  valueEnd: number,
): void {
  json.text(i === 0 ? '    {\n      "name": ' : ',\n    {\n      "name": ');
  value(json, bytes, nameStart, nameEnd, '      ');
  json.text(',\n      "value": ');
  value(json, bytes, valueStart, valueEnd, '      ');
  json.text('\n    }');
}

/** A member of a set or an item of a list. */
export function element(json: JsonBytes, i: number, bytes: Buffer, start: number, end: number): void {
  json.text(i === 0 ? '    ' : ',\n    ');
  value(json, bytes, start, end, '    ');
}

/** @param score as text; see `scoreText`. */
export function sortedSetMember(
  json: JsonBytes,
  i: number,
  bytes: Buffer,
  start: number,
  end: number,
  score: string,
): void {
  json.text(i === 0 ? '    {\n      "member": ' : ',\n    {\n      "member": ');
  value(json, bytes, start, end, '      ');
  json.text(`,\n      "score": ${score}\n    }`);
}

/** A JSON string where the bytes are valid UTF-8, else an object with their base64. */
function value(json: JsonBytes, bytes: Buffer, start: number, end: number, indent: string): void {
  if (isValidUtf8(bytes, start, end)) return json.string(bytes, start, end, 'html');
  json.text(`{\n${indent}  "base64": `);
  json.base64(bytes, start, end);
  json.text(`\n${indent}}`);
}
