import { writeTableMessage } from '../layout/table-message.ts';
import type { Table } from './table.ts';

const FIRST_GENERATION = Buffer.from('1');

/** The rows of a table beside its items: schema and generation counter. docs/format/04-dynamodb.md, section 1. */
export function schemaRows({ schema, keys }: Table): ReadonlyArray<{ key: Buffer; value: Uint8Array }> {
  return [
    { key: keys.table, value: writeTableMessage(schema) },
    { key: keys.generation, value: FIRST_GENERATION },
  ];
}
