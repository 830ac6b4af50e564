export { type EncodeDynamodbOptions, encodeDynamodb } from './encode/index.ts';
export type { AttributeValue, Item } from './records/attribute-value.ts';
export { itemRecords } from './records/item-records.ts';
export type { Table } from './records/table.ts';
export {
  defineTable,
  type IndexDefinition,
  type KeyDefinition,
  type TableDefinition,
  tableRecords,
} from './records/table-records.ts';
export * from './snapshot.ts';
