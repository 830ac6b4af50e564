/** Key prefixes of the DynamoDB rows; docs/format/04-dynamodb.md, section 1. */
export const TABLE_ROWS = '!ddb|meta|table|';
/** Counters of the generations of a table. */
export const GENERATION_ROWS = '!ddb|meta|gen|';
export const ITEM_ROWS = '!ddb|item|';
/** Rows of global secondary indexes. */
export const INDEX_ROWS = '!ddb|gsi|';

/** The families that decode reads or knows to leave out. */
export const DYNAMODB_FAMILIES: readonly string[] = [TABLE_ROWS, GENERATION_ROWS, ITEM_ROWS, INDEX_ROWS];
