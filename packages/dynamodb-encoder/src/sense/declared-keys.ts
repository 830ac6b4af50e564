import { isSameName, type StoredValue } from '../layout/stored-value.ts';
import type { AttributeDefinition, TableSchema } from '../layout/table-message.ts';

/** DynamoDB takes no longer keys, in bytes. */
const LONGEST_HASH = 2048;
const LONGEST_RANGE = 1024;

/** A key attribute, as its table has it. */
export interface DeclaredKey {
  readonly name: Buffer;
  /** `undefined` where the schema declares none. */
  readonly type: string | undefined;
  /** In bytes. */
  longest: number;
}

/** The key attributes of a table and its indexes, as the schema declares them. */
export class DeclaredKeys {
  readonly #keys: DeclaredKey[] = [];

  constructor({ definitions, indexes, ...table }: TableSchema) {
    for (const { hashKey, rangeKey } of [table, ...indexes]) {
      this.#add(hashKey, LONGEST_HASH, definitions);
      this.#add(rangeKey, LONGEST_RANGE, definitions);
    }
  }

  /** `undefined` for an attribute that is no key. */
  of(name: Buffer): DeclaredKey | undefined {
    for (const key of this.#keys) if (isSameName(key.name, name)) return key;
    return undefined;
  }

  /** An attribute that is a key several times must be short enough for all of them. */
  #add(name: Buffer, longest: number, definitions: readonly AttributeDefinition[]): void {
    if (name.length === 0) return;
    const known = this.of(name);
    if (known !== undefined) known.longest = Math.min(known.longest, longest);
    else this.#keys.push({ name, type: declaredType(name, definitions), longest });
  }
}

function declaredType(name: Buffer, definitions: readonly AttributeDefinition[]): string | undefined {
  const type = definitions.find((definition) => definition.name.equals(name))?.type.toString();
  return type === 'S' || type === 'N' || type === 'B' ? type : undefined;
}

/** How a value is beyond what DynamoDB takes for a key; `undefined` when it is not. */
export function beyondLimit({ longest }: DeclaredKey, value: StoredValue): string | undefined {
  if (value.kind !== 'S' && value.kind !== 'B') return undefined;
  const { length } = value.bytes;
  if (length === 0) return `the key is an empty ${value.kind}`;
  return length > longest ? `the key has ${length} bytes, the limit is ${longest}` : undefined;
}
