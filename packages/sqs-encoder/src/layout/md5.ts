import { hash } from 'node:crypto';
import type { AttributeValues } from './attributes.ts';
import { typedAttribute } from './typed-attribute.ts';

const STRING = 1;
const BINARY = 2;

/** As 32 lower-case hex digits. */
export function bodyMd5(body: Uint8Array): string {
  return hash('md5', body, 'hex');
}

/**
 * The MD5 that clients compute of the attributes of a message, as 32 lower-case hex digits; docs/format/06-sqs.md, section
 * 2.2. `undefined` when one of them is no attribute.
 */
export function attributesMd5(values: AttributeValues): string | undefined {
  const parts: Buffer[] = [];
  const names = [...values.keys()].map((name) => [name, Buffer.from(name)] as const);
  for (const [name, bytes] of names.sort(([, a], [, b]) => a.compare(b))) {
    const attribute = typedAttribute(values.get(name));
    if (typeof attribute === 'string') return undefined;
    const { dataType, kind, value } = attribute;
    parts.push(sized(bytes), sized(Buffer.from(dataType)));
    parts.push(Buffer.of(kind === 'Binary' ? BINARY : STRING), sized(value));
  }
  return hash('md5', Buffer.concat(parts), 'hex');
}

/** u32be length, bytes. */
function sized(bytes: Buffer): Buffer {
  const part = Buffer.allocUnsafe(4 + bytes.length);
  part.writeUInt32BE(bytes.length);
  bytes.copy(part, 4);
  return part;
}
