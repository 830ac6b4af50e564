import type { StoredValue } from '../layout/stored-value.ts';
import type { KeySchema, TableSchema } from '../layout/table-message.ts';

/** DynamoDB takes no longer keys, in bytes. */
const LONGEST_HASH = 2048;
const LONGEST_RANGE = 1024;

interface DeclaredKey {
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

  /** Which other kind a value must have; `undefined` when it may be what it is. */
  otherKind(name: string, value: StoredValue): string | undefined {
    const type = this.#keys.get(name)?.type;
    return type === undefined || type === value.kind ? undefined : type;
  }

  /** How a value is beyond what DynamoDB takes for a key; `undefined` when it is not. */
  beyondLimit(name: string, value: StoredValue): string | undefined {
    const key = this.#keys.get(name);
    if (key === undefined || !('bytes' in value) || value.kind === 'N') return undefined;
    if (value.bytes.length === 0) return `the key is an empty ${value.kind}`;
    return value.bytes.length > key.longest
      ? `the key has ${value.bytes.length} bytes, the limit is ${key.longest}`
      : undefined;
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
