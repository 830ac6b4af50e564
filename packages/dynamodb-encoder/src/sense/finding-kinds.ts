import type { FindingKind } from '@ekv/snapshot';
import { SERVED_LEVELS } from '../layout/stored-value.ts';

/** What an operator should know of tables and items that are encoded all the same. docs/format/04-dynamodb.md, section 9.5. */

/** Files that lie elsewhere than decode would put them. */
export const MISNAMED: FindingKind = {
  event: 'ddb_misnamed_items',
  says: 'items lie elsewhere than decode puts them',
  advice: 'they were encoded by their content',
};

/** Tables in the layout `jsonl` whose items are not as many as were decoded. */
export const EDITED: FindingKind = {
  event: 'ddb_edited_tables',
  says: 'tables hold other items than their manifest says',
  advice: 'they were encoded as they are, as the option acceptEdited says',
};

/** What a server takes and then cannot give back. */
export const UNSERVABLE: FindingKind = {
  event: 'ddb_unservable_items',
  says: 'items that no server can serve',
  advice: `a Scan of their table fails or comes back empty; no NULL may be false, no set empty, and nothing nested deeper than ${SERVED_LEVELS} levels`,
  doubt: true,
};

export const NUMBERS: FindingKind = {
  event: 'ddb_unusable_numbers',
  says: 'items have numbers that clients do not read',
  advice: 'a number is decimal, has up to 38 digits, and is 0 or of a size from 1E-130 to below 1E+126; correct them',
  doubt: true,
};

export const SETS: FindingKind = {
  event: 'ddb_repeated_elements',
  says: 'items have sets that hold an element twice',
  advice: 'clients that read such a set lose the second; remove it',
  doubt: true,
};

export const KEY_KINDS: FindingKind = {
  event: 'ddb_other_key_kinds',
  says: 'key attributes are of another kind than their table declares',
  advice: 'a client that asks by the declared kind does not find the item; correct the value, or attribute_definitions',
  doubt: true,
};

export const SCHEMAS: FindingKind = {
  event: 'ddb_schema_contradictions',
  says: 'schemas contradict themselves',
  advice: 'no server makes such a table; correct the schema',
  doubt: true,
};

/** Declarations that nothing depends on. */
export const DECLARATIONS: FindingKind = {
  event: 'ddb_schema_incomplete',
  says: 'schemas declare more or less than their keys',
  advice:
    'servers serve such a table, yet no client could create one; attribute_definitions is to have each key attribute of the table and its indexes, and no other',
};

/** What elastickv serves, and DynamoDB itself does not take. */
export const LIMITS: FindingKind = {
  event: 'ddb_beyond_limits',
  says: 'tables or items are beyond the limits of DynamoDB itself',
  advice: 'elastickv serves them, other servers and tools may refuse them',
};
