import type { Owner } from '@ekv/adapter';
import type { StoredItem, StoredTable } from '@ekv/dynamodb-encoder/read';
import type { StoredKey } from '@ekv/redis-encoder/read';
import type { StoredObject } from '@ekv/s3-encoder/read';
import type { StoredMessage, StoredQueue } from '@ekv/sqs-encoder/read';

/** What a user calls one thing, with what it holds. What is large in it is read when it is asked for, until the next unit is. */
export type Unit = RedisUnit | DynamodbUnit | S3Unit | SqsUnit;

interface UnitFacts {
  readonly owner: Owner;
  /** docs/format/13-selection.md, section 1. */
  readonly address: string;
}

/** A Redis key of one type; two types can stand under one key. */
export interface RedisUnit extends UnitFacts {
  readonly adapter: 'redis';
  readonly stored: StoredKey;
}

/** An item with its table. */
export interface DynamodbUnit extends UnitFacts {
  readonly adapter: 'dynamodb';
  readonly table: StoredTable;
  readonly item: StoredItem;
}

/** An object, whose body is read when it is asked for. */
export interface S3Unit extends UnitFacts {
  readonly adapter: 's3';
  readonly object: StoredObject;
}

/** A message with its queue. */
export interface SqsUnit extends UnitFacts {
  readonly adapter: 'sqs';
  readonly queue: StoredQueue;
  readonly message: StoredMessage;
}
