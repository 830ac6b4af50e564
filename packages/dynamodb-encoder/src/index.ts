export type { WarnOptions } from '@ekv/snapshot/arguments';
export { type EncodeDynamodbOptions, encodeDynamodb } from './encode/index.ts';
export type { AttributeValue, Elements, Item, ItemOrPage, UnknownValue } from './records/attribute-value.ts';
export type { DefinedTable as Table } from './records/defined-table.ts';
export {
  defineTable,
  type IndexDefinition,
  type KeyDefinition,
  type TableDefinition,
} from './records/table-definition.ts';
export { itemRecords, tableRecords } from './records/table-records.ts';
export * from './snapshot.ts';
