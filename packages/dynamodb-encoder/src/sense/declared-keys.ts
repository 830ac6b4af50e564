import type { StoredValue } from '../layout/stored-value.ts';
import type { KeySchema, TableSchema } from '../layout/table-message.ts';

/** DynamoDB takes no longer keys, in bytes. */
const LONGEST_HASH = 2048;
const LONGEST_RANGE = 1024;

/** A key attribute, as its table has it. */
export interface DeclaredKey {
  /** `undefined` where the schema declares none. */
  readonly type: string | undefined;
  /** In bytes. */
  readonly longest: number;
}

/** The key attributes of a table and its indexes, as the schema declares them. */
export class DeclaredKeys {
  readonly #keys = new Map<string, DeclaredKey>();

  constructor(schema: TableSchema) {
    const types = new Map(schema.definitions.map(({ name, type }) => [name.toString(), type.toString()]));
    for (const keys of [schema, ...schema.indexes]) this.#add(keys, types);
  }

  /** `undefined` for an attribute that is no key. */
  of(name: string): DeclaredKey | undefined {
    return this.#keys.get(name);
  }

  #add({ hashKey, rangeKey }: KeySchema, types: ReadonlyMap<string, string>): void {
    const parts = [
      [hashKey, LONGEST_HASH],
      [rangeKey, LONGEST_RANGE],
    ] as const;
    for (const [bytes, longest] of parts) {
      const name = bytes.toString();
      const type = types.get(name);
      const before = this.#keys.get(name)?.longest ?? longest;
      if (bytes.length > 0)
        this.#keys.set(name, {
          type: type === 'S' || type === 'N' || type === 'B' ? type : undefined,
          longest: Math.min(before, longest),
        });
    }
  }
}

/** How a value is beyond what DynamoDB takes for a key; `undefined` when it is not. */
export function beyondLimit({ longest }: DeclaredKey, value: StoredValue): string | undefined {
  if (value.kind !== 'S' && value.kind !== 'B') return undefined;
  const { length } = value.bytes;
  if (length === 0) return `the key is an empty ${value.kind}`;
  return length > longest ? `the key has ${length} bytes, the limit is ${longest}` : undefined;
}
