import { type Attribute, orderedByName, type StoredValue } from '../layout/stored-value.ts';

/** A value that was read: of the type that the AWS SDK for JavaScript has, so its functions take it. Bytes are copies. */
export type StoredAttributeValue =
  | { S: string }
  | { N: string }
  | { B: Uint8Array }
  | { BOOL: boolean }
  | { NULL: boolean }
  | { SS: string[] }
  | { NS: string[] }
  | { BS: Uint8Array[] }
  | { L: StoredAttributeValue[] }
  | { M: StoredItem };

/** Values by attribute name, in ascending order of the bytes of the names where JavaScript keeps it. */
export type StoredItem = Record<string, StoredAttributeValue>;

/** A copy of the attributes of a row, which are views; of repeated names the last counts. */
export function readItem(attributes: Attribute[]): StoredItem {
  const item: StoredItem = {};
  for (const { name, value } of orderedByName(attributes)) addField(item, name.toString(), readValue(value));
  return item;
}

/** What is assigned to `__proto__` would not be a field. */
export function addField<T>(fields: Record<string, T>, name: string, value: T): void {
  if (name !== '__proto__') fields[name] = value;
  else Object.defineProperty(fields, name, { value, enumerable: true, configurable: true, writable: true });
}

function readValue(value: StoredValue): StoredAttributeValue {
  switch (value.kind) {
    case 'S':
      return { S: value.bytes.toString() };
    case 'N':
      return { N: value.bytes.toString() };
    case 'B':
      return { B: copied(value.bytes) };
    case 'BOOL':
      return { BOOL: value.truth };
    case 'NULL':
      return { NULL: value.truth };
    case 'SS':
      return { SS: value.elements.map(text) };
    case 'NS':
      return { NS: value.elements.map(text) };
    case 'BS':
      return { BS: value.elements.map(copied) };
    case 'L':
      return { L: value.values.map(readValue) };
    case 'M':
      return { M: readItem(value.entries) };
    case 'none':
      // As the file of such an item shows it; docs/format/04-dynamodb.md, section 3.5.
      return { NULL: true };
  }
}

function text(bytes: Buffer): string {
  return bytes.toString();
}

function copied(bytes: Buffer): Uint8Array {
  return new Uint8Array(bytes);
}
