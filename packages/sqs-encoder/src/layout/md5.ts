import { hash } from 'node:crypto';
import type { NamedAttribute, TypedAttribute } from './typed-attribute.ts';

const STRING = 1;
const BINARY = 2;
const LENGTH_BYTES = 4;
/** Of a UTF-16 unit in UTF-8, at most. */
const UNIT_BYTES = 3;

/** As 32 lower-case hex digits. */
export function bodyMd5(body: Uint8Array): string {
  return hash('md5', body, 'hex');
}

/**
 * The MD5 that clients compute of the attributes of a message, as 32 lower-case hex digits; docs/format/06-sqs.md, section
 * 2.2. `undefined` when one of them is no attribute.
 */
export function attributesMd5(attributes: readonly NamedAttribute[]): string | undefined {
  let room = 0;
  for (const { name, attribute } of attributes) {
    if (typeof attribute === 'string') return undefined;
    room += roomOf(name, attribute);
  }
  const bytes = Buffer.allocUnsafe(room);
  let at = 0;
  for (const { name, attribute } of sortedByName(attributes)) {
    const { dataType, kind, value } = attribute as TypedAttribute;
    at = writeText(bytes, writeText(bytes, at, name), dataType);
    bytes[at] = kind === 'Binary' ? BINARY : STRING;
    at = bytes.writeUInt32BE(value.length, at + 1);
    at += value.copy(bytes, at);
  }
  return hash('md5', bytes.subarray(0, at), 'hex');
}

function roomOf(name: string, { dataType, value }: TypedAttribute): number {
  return 3 * LENGTH_BYTES + 1 + UNIT_BYTES * (name.length + dataType.length) + value.length;
}

/** By the bytes of their names. */
function sortedByName(attributes: readonly NamedAttribute[]): readonly NamedAttribute[] {
  if (attributes.length < 2) return attributes;
  const named = attributes.map((attribute) => ({ attribute, bytes: Buffer.from(attribute.name) }));
  return named.sort((a, b) => a.bytes.compare(b.bytes)).map(({ attribute }) => attribute);
}

/** u32be length, UTF-8. @returns the end. */
function writeText(bytes: Buffer, at: number, text: string): number {
  const length = bytes.write(text, at + LENGTH_BYTES);
  bytes.writeUInt32BE(length, at);
  return at + LENGTH_BYTES + length;
}
