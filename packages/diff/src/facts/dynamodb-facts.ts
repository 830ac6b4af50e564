import {
  dynamodbOwnedItems,
  dynamodbTables,
  type StoredAttributeValue,
  type StoredTable,
} from '@ekv/dynamodb-encoder/read';
import type { FactReader } from './fact-reader.ts';
import type { FactSort } from './fact-sort.ts';
import { packedJson } from './value.ts';

/** Tables with their definition, and items with their attributes. */
export const dynamodbFacts: FactReader = (snapshot, facts) => {
  for (const table of dynamodbTables(snapshot)) addTable(table, facts);
  for (const { owner, item } of dynamodbOwnedItems(snapshot)) {
    facts.unit(owner);
    for (const [attribute, value] of Object.entries(item))
      facts.fact('attribute', Buffer.from(attribute), packedJson(valueJson(value)));
  }
};

function addTable({ name, hashKey, rangeKey, attributeTypes, indexes }: StoredTable, facts: FactSort): void {
  facts.unit({ adapter: 'dynamodb', scope: Buffer.from(name) });
  const setting = (what: string, value: unknown) =>
    facts.fact('setting', Buffer.from(what), packedJson(JSON.stringify(value)));
  setting('hash key', hashKey);
  if (rangeKey !== undefined) setting('range key', rangeKey);
  for (const [attribute, type] of Object.entries(attributeTypes ?? {})) setting(`type of ${attribute}`, type);
  for (const { name: index, ...definition } of indexes ?? []) setting(`index ${index}`, definition);
}

/** As the file of an item has it; elements of sets, which have no order, in the order of their texts. */
function valueJson(value: StoredAttributeValue): string {
  if ('M' in value) {
    const members = Object.entries(value.M).map(([name, member]) => `${JSON.stringify(name)}:${valueJson(member)}`);
    return `{"M":{${members.join(',')}}}`;
  }
  if ('L' in value) return `{"L":[${value.L.map(valueJson).join(',')}]}`;
  if ('SS' in value) return JSON.stringify({ SS: value.SS.toSorted() });
  if ('NS' in value) return JSON.stringify({ NS: value.NS.toSorted() });
  if ('BS' in value) return JSON.stringify({ BS: value.BS.map(base64).toSorted() });
  return 'B' in value ? JSON.stringify({ B: base64(value.B) }) : JSON.stringify(value);
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
