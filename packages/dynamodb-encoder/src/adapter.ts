import { type Adapter, isJsonName } from '@ekv/adapter';
import { decodeDynamodb } from './decode/index.ts';
import { encodeDynamodb } from './encode/index.ts';
import { DYNAMODB_FAMILIES, ITEM_ROWS } from './layout/families.ts';

/** DynamoDB, for programs that work on whole trees. */
export const dynamodbAdapter: Adapter = {
  name: 'dynamodb',
  families: { data: DYNAMODB_FAMILIES, internal: [], operational: [], unread: new Map() },
  fileFamilies: [ITEM_ROWS],
  guards: [
    {
      field: 'dynamodb_layout',
      isSet: (fields) => fields.dynamodb_layout === 'jsonl',
      says: 'dynamodb_layout "jsonl", which encode does not read',
      lost: 'all items would be lost; decode the snapshot again with per-item files',
      canBeDropped: false,
    },
  ],
  encode: (tree, { warn, scratch }) => encodeDynamodb(tree, { warn, scratch }),
  decode: (source, sink, { warn, scratch }) => decodeDynamodb(source, sink, { warn, scratch }),
  isJson: isJsonName,
  isLineSet: () => false,
};
