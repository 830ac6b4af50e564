/**
 * The files of DynamoDB data as decode writes them (docs/format/04-dynamodb.md, section 7), by JSON.stringify and not by the
 * code of the adapter: what is measured does not make its own input. Names of fields must come in the order of the file.
 */

/** Names in ascending order, without any that looks like an integer: JSON.stringify would put these first. */
export function jsonFile(value: unknown): Buffer {
  const text = JSON.stringify(value, null, 2).replace(/[<>&\u2028\u2029]/g, escaped);
  return Buffer.from(text);
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

interface Key {
  readonly name: string;
  readonly type: string;
}

/** A schema; without a range key it is an empty object. */
export function schemaFile(table: {
  readonly name: string;
  readonly hash: Key;
  readonly range?: Key;
  readonly more?: readonly Key[];
  readonly index?: { readonly name: string; readonly hash: Key; readonly range: Key };
}): Buffer {
  const { name, hash, range, more = [], index } = table;
  const definitions = [hash, ...(range === undefined ? [] : [range]), ...more];
  return jsonFile({
    format_version: 1,
    table_name: name,
    primary_key: { hash_key: hash, range_key: range ?? {} },
    attribute_definitions: definitions.toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    ...(index !== undefined && {
      global_secondary_indexes: [
        {
          name: index.name,
          key_schema: { hash_key: index.hash, range_key: index.range },
          projection: { type: 'ALL' },
        },
      ],
    }),
  });
}
