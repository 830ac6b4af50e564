import type { Findings } from '@ekv/snapshot';
import { shownText } from '../layout/shown-text.ts';
import type { AttributeDefinition, IndexSchema, TableSchema } from '../layout/table-message.ts';
import { DECLARATIONS, LIMITS, SCHEMAS } from './finding-kinds.ts';

const KEY_TYPES: ReadonlySet<string> = new Set(['S', 'N', 'B']);
const PROJECTIONS: ReadonlySet<string> = new Set(['ALL', 'KEYS_ONLY', 'INCLUDE']);
/** What DynamoDB takes; elastickv takes any name. */
const TABLE_NAME = /^[a-zA-Z0-9_.-]{3,255}$/;

/**
 * Whether a schema makes sense. It is encoded as it is; what is odd is counted, once for each schema and kind.
 * docs/format/04-dynamodb.md, section 9.5.
 *
 * @param shown path for people.
 * @param keyTypes the key attributes with the types that stand beside them, which rows do not hold.
 */
export function checkSchema(
  schema: TableSchema,
  keyTypes: readonly AttributeDefinition[],
  shown: string,
  findings: Findings,
): void {
  const contradiction = contradictionIn(schema, keyTypes);
  if (contradiction !== undefined) findings.add(SCHEMAS, () => `${shown}: ${contradiction}`);
  const declared = oddDeclaration(schema);
  if (declared !== undefined) findings.add(DECLARATIONS, () => `${shown}: ${declared}`);
  const name = [schema, ...schema.indexes].find((named) => !isUsualName(named));
  if (name !== undefined)
    findings.add(
      LIMITS,
      () => `${shown}: the name ${shownText(name.name)} is not 3 to 255 of a-z, A-Z, 0-9, "_", "." and "-"`,
    );
}

function isUsualName({ name }: { readonly name: Buffer }): boolean {
  return TABLE_NAME.test(name.toString());
}

function contradictionIn(schema: TableSchema, keyTypes: readonly AttributeDefinition[]): string | undefined {
  const types = typesOf(schema);
  for (const { name, type } of keyTypes) {
    const declared = types.get(name.toString());
    if (type.length > 0 && declared !== undefined && declared !== type.toString())
      return `the key ${shownText(name)} is ${shownText(type)} here and ${JSON.stringify(declared)} in attribute_definitions, which counts`;
  }
  for (const [name, type] of types)
    if (!KEY_TYPES.has(type)) return `the type ${JSON.stringify(type)} of ${JSON.stringify(name)} is not S, N or B`;
  if (schema.hashKey.equals(schema.rangeKey)) return `${shownText(schema.hashKey)} is both hash and range key`;
  for (const index of schema.indexes) {
    const contradiction = contradictionInIndex(index);
    if (contradiction !== undefined) return `the index ${shownText(index.name)} ${contradiction}`;
  }
  return undefined;
}

function contradictionInIndex({ hashKey, rangeKey, projection, nonKeyAttributes }: IndexSchema): string | undefined {
  if (hashKey.length === 0) return 'has no hash key';
  if (hashKey.equals(rangeKey)) return `has ${shownText(hashKey)} for both hash and range key`;
  const type = projection.toString();
  if (!PROJECTIONS.has(type))
    return `has the projection ${JSON.stringify(type)}, which is not ALL, KEYS_ONLY or INCLUDE`;
  if (type === 'INCLUDE' && nonKeyAttributes.length === 0)
    return 'has the projection INCLUDE without non_key_attributes';
  if (type !== 'INCLUDE' && nonKeyAttributes.length > 0) return `has non_key_attributes for the projection ${type}`;
  return undefined;
}

/** A key that is not declared, or a declaration of what is no key. */
function oddDeclaration(schema: TableSchema): string | undefined {
  const types = typesOf(schema);
  const keys = new Set<string>();
  for (const { hashKey, rangeKey } of [schema, ...schema.indexes])
    for (const key of [hashKey, rangeKey]) if (key.length > 0) keys.add(key.toString());
  for (const key of keys) if (!types.has(key)) return `the key ${JSON.stringify(key)} is not in attribute_definitions`;
  for (const name of types.keys())
    if (!keys.has(name)) return `${JSON.stringify(name)} is in attribute_definitions and is no key`;
  return undefined;
}

function typesOf({ definitions }: TableSchema): Map<string, string> {
  return new Map(definitions.map(({ name, type }) => [name.toString(), type.toString()]));
}
