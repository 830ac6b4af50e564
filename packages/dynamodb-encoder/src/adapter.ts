import { type Adapter, isJsonName } from '@ekv/adapter';
import { decodeDynamodb } from './decode/index.ts';
import { encodeDynamodb } from './encode/index.ts';
import { wholeOfPart } from './files/item-parts.ts';
import { mayBeOfItem } from './files/unit-files.ts';
import { DYNAMODB_FAMILIES, GENERATION_ROWS, INDEX_ROWS, ITEM_ROWS } from './layout/families.ts';
import { dynamodbOwners } from './owners/dynamodb-owners.ts';

/** DynamoDB, for programs that work on whole trees. */
export const dynamodbAdapter: Adapter = {
  name: 'dynamodb',
  families: {
    data: DYNAMODB_FAMILIES,
    derived: [GENERATION_ROWS, INDEX_ROWS],
    internal: [],
    operational: [],
    unread: new Map(),
  },
  fileFamilies: [ITEM_ROWS],
  stateEntries: ['counters.jsonl'],
  guards: [
    {
      field: 'dynamodb_layout',
      isSet: ({ dynamodb_layout, dynamodb_jsonl }) => dynamodb_layout === 'jsonl' && dynamodb_jsonl === undefined,
      says: 'dynamodb_layout "jsonl" without ekv.dynamodb_jsonl, by which encode sees that all items are there',
      lost: 'items could be lost; decode the snapshot again with ekv-decode',
      canBeDropped: false,
    },
  ],
  owners: dynamodbOwners,
  mayBeOf: mayBeOfItem,
  encode: (tree, { warn, scratch, dynamodbJsonl, acceptEdited, state }) =>
    encodeDynamodb(tree, { warn, scratch, dynamodbJsonl, acceptEdited, state }),
  decode: (source, sink, { warn, scratch, dynamodbParts, state }) =>
    decodeDynamodb(source, sink, { warn, scratch, dynamodbParts, state }),
  isJson: isJsonName,
  isLineSet: () => false,
  wholeOf: wholeOfPart,
};
