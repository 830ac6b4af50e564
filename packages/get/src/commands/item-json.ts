import { jsonLine } from '../forms/json-text.ts';
import { awsItem } from '../forms/unit-json.ts';
import type { DynamodbUnit } from '../units/unit.ts';

/** What BatchWriteItem takes: requests, and bytes of the whole, of which some stay free. */
const MOST_REQUESTS = 25;
const MOST_BYTES = 15 << 20;

/** Items as input of `aws dynamodb put-item --cli-input-json`, one on each line. */
export function* putItemsOf(units: Iterable<DynamodbUnit>): Generator<string, void, undefined> {
  for (const { table, item } of units) yield `${jsonLine({ TableName: table.name, Item: awsItem(item) })}\n`;
}

/** Items as input of `aws dynamodb batch-write-item --cli-input-json`, up to 25 on each line, of one table or of several. */
export function* batchWritesOf(units: Iterable<DynamodbUnit>): Generator<string, void, undefined> {
  let tables = new Map<string, string[]>();
  let count = 0;
  let bytes = 0;
  for (const { table, item } of units) {
    const request = jsonLine({ PutRequest: { Item: awsItem(item) } });
    const size = Buffer.byteLength(request);
    if (count === MOST_REQUESTS || (count > 0 && bytes + size > MOST_BYTES)) {
      yield requestOf(tables);
      tables = new Map();
      count = bytes = 0;
    }
    const requests = tables.get(table.name);
    if (requests === undefined) tables.set(table.name, [request]);
    else requests.push(request);
    count++;
    bytes += size;
  }
  if (count > 0) yield requestOf(tables);
}

function requestOf(tables: ReadonlyMap<string, readonly string[]>): string {
  const all = Array.from(tables, ([name, requests]) => `${jsonLine(name)}:[${requests.join(',')}]`);
  return `{"RequestItems":{${all.join(',')}}}\n`;
}
