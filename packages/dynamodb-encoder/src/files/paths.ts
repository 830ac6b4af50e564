/** Where DynamoDB data lies in a dump tree; docs/format/04-dynamodb.md, section 6.2. */
export const DYNAMODB_FOLDER = 'dynamodb';
export const SCHEMA_NAME = '_schema.json';
export const ITEMS_NAME = 'items';
export const ITEM_SUFFIX = '.json';
/** Files of a layout with many items in a file, which is not read. Section 11. */
export const BUNDLE_NAME = /^data-.*\.jsonl$/;
