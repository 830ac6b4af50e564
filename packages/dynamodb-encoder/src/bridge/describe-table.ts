import { ArgumentError, type FindingKind, Findings } from '@ekv/snapshot';
import { givenObject, kindOf, type WarnOptions, warnOf, wrongKind } from '@ekv/snapshot/arguments';
import { shownText } from '../layout/shown-text.ts';
import type { DefinedTable } from '../records/defined-table.ts';
import { defineTable, type IndexDefinition, type KeyDefinition } from '../records/table-definition.ts';

/** What is read of the answer to DescribeTable; that of the AWS SDK for JavaScript v3 is one. */
export interface DescribedTable {
  readonly TableName?: string | undefined;
  readonly KeySchema?: readonly KeyElement[] | undefined;
  readonly AttributeDefinitions?:
    | ReadonlyArray<{ readonly AttributeName: string | undefined; readonly AttributeType: string | undefined }>
    | undefined;
  readonly GlobalSecondaryIndexes?: readonly DescribedIndex[] | undefined;
  readonly LocalSecondaryIndexes?: readonly DescribedIndex[] | undefined;
}

interface KeyElement {
  readonly AttributeName: string | undefined;
  /** `HASH` or `RANGE`. */
  readonly KeyType: string | undefined;
}

interface DescribedIndex {
  readonly IndexName?: string | undefined;
  readonly KeySchema?: readonly KeyElement[] | undefined;
  readonly Projection?:
    | { readonly ProjectionType?: string | undefined; readonly NonKeyAttributes?: readonly string[] | undefined }
    | undefined;
}

const LOCAL_INDEXES: FindingKind = {
  event: 'ddb_local_indexes',
  says: 'local secondary indexes were left out',
  advice: 'servers of elastickv have global ones alone; queries that name a local one need one of these',
  loss: true,
};

const SEVERAL_ATTRIBUTES: FindingKind = {
  event: 'ddb_indexes_of_several_attributes',
  says: 'indexes whose hash or range key has several attributes were left out',
  advice: 'servers of elastickv have one for each; join them in an attribute of its own, and index that',
  loss: true,
};

/**
 * The table that DescribeTable describes: its keys, declared types and global secondary indexes.
 *
 * @param answer of DescribeTable, or its `Table`.
 * @param options `warn` is told of indexes that are left out: local ones, and those whose keys have several attributes.
 * @throws ArgumentError for anything but such an answer, and what `defineTable` throws.
 */
export function fromDescribeTable(
  answer: { readonly Table?: DescribedTable | undefined } | DescribedTable,
  options: WarnOptions = {},
): DefinedTable {
  const warn = warnOf(options, 'fromDescribeTable');
  const given = givenObject(answer, 'the answer to DescribeTable');
  const described: DescribedTable =
    'Table' in given && given.Table !== undefined ? given.Table : (given as DescribedTable);
  const { TableName: name } = givenObject(described, 'the Table of the answer to DescribeTable');
  if (name === undefined || described.KeySchema === undefined)
    throw new ArgumentError('the answer to DescribeTable must have a Table with TableName and KeySchema');
  const table = `the table ${shownName(name)}`;
  const keys = keysOf(described.KeySchema, table);
  if (keys === undefined) throw new ArgumentError(`${table} has a key of several attributes, which no server takes`);
  const findings = new Findings();
  const indexes = indexesOf(described, table, findings);
  const types = listed(described.AttributeDefinitions, `the AttributeDefinitions of ${table}`);
  // Names and types that are no text are refused there.
  const attributeTypes = new Map(types.map((type) => [type.AttributeName!, type.AttributeType!]));
  const defined = defineTable({ name, ...keys, attributeTypes, indexes });
  if (warn !== undefined) findings.report(warn);
  return defined;
}

function indexesOf(described: DescribedTable, table: string, findings: Findings): IndexDefinition[] {
  const indexes: IndexDefinition[] = [];
  for (const index of listed(described.GlobalSecondaryIndexes, `the GlobalSecondaryIndexes of ${table}`)) {
    const shown = `the index ${shownName(index.IndexName)} of ${table}`;
    const keys = keysOf(index.KeySchema, shown);
    if (keys === undefined) {
      findings.add(SEVERAL_ATTRIBUTES, () => shown);
      continue;
    }
    const { ProjectionType: projection, NonKeyAttributes: nonKeyAttributes } = index.Projection ?? {};
    indexes.push({ name: index.IndexName!, ...keys, projection, nonKeyAttributes });
  }
  for (const index of listed(described.LocalSecondaryIndexes, `the LocalSecondaryIndexes of ${table}`))
    findings.add(LOCAL_INDEXES, () => `the index ${shownName(index.IndexName)} of ${table}`);
  return indexes;
}

/** `undefined` when the hash or the range key has several attributes. */
function keysOf(schema: readonly KeyElement[] | undefined, owner: string): KeyDefinition | undefined {
  const elements = listed(schema, `the KeySchema of ${owner}`);
  const [hashKey, ...moreHash] = attributesOf(elements, 'HASH');
  const [rangeKey, ...moreRange] = attributesOf(elements, 'RANGE');
  if (hashKey === undefined) throw new ArgumentError(`the KeySchema of ${owner} has no attribute of the KeyType HASH`);
  return moreHash.length + moreRange.length > 0 ? undefined : { hashKey, rangeKey };
}

function attributesOf(elements: readonly KeyElement[], type: 'HASH' | 'RANGE'): string[] {
  return elements.filter(({ KeyType }) => KeyType === type).map(({ AttributeName }) => AttributeName!);
}

/** A name of which nobody knows yet whether it is one. */
function shownName(given: unknown): string {
  return typeof given === 'string' ? shownText(given) : `(${kindOf(given)})`;
}

/** What clients leave out is an empty list. */
function listed<T extends object>(given: readonly T[] | undefined, name: string): readonly T[] {
  if (given === undefined) return [];
  if (!Array.isArray(given)) throw wrongKind(given, name, 'an array');
  for (const element of given) givenObject(element, `an element of ${name}`);
  return given;
}
