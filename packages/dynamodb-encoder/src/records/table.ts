import { nameRows } from '@ekv/snapshot';
import { TableKeys } from '../layout/row-keys.ts';
import { dynamodbRowName } from '../layout/row-names.ts';
import type { TableSchema } from '../layout/table-message.ts';

/** A table whose rows are made: its schema, and the beginnings of its keys. */
export class Table {
  readonly schema: TableSchema;
  readonly keys: TableKeys;

  constructor(schema: TableSchema) {
    nameRows('!ddb|', dynamodbRowName);
    this.schema = schema;
    this.keys = new TableKeys(schema);
  }
}
