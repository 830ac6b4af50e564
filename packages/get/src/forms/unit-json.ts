import type { StoredAttributeValue, StoredItem } from '@ekv/dynamodb-encoder/read';
import type { DynamodbUnit, RedisUnit, S3Unit, SqsUnit, Unit } from '../units/unit.ts';
import { jsonBytes, jsonLine, jsonLines, jsonNumber } from './json-text.ts';

/** How JSON stands on its lines. */
export type JsonLayout = 'one line' | 'indented';

/** What a unit is, and the list of what it holds when there may be any number. */
interface UnitFields {
  readonly fields: Readonly<Record<string, unknown>>;
  readonly list?: { readonly name: string; readonly elements: Iterable<unknown> };
}

/**
 * A unit as JSON, in pieces: a collection may have any number of elements. Bytes are a text, or `{"base64"}` where they are none; times are milliseconds
 * since 1970. Of an object there is all but its body.
 */
export function* jsonOfUnit(unit: Unit, layout: JsonLayout = 'one line'): Generator<string, void, undefined> {
  const { fields, list } = fieldsOf(unit);
  const all = { address: unit.address, adapter: unit.adapter, ...fields };
  const isIndented = layout === 'indented';
  const head = isIndented ? jsonLines(all) : jsonLine(all);
  if (list === undefined) return yield `${head}\n`;
  yield isIndented ? `${head.slice(0, -2)},\n  "${list.name}": [` : `${head.slice(0, -1)},"${list.name}":[`;
  let count = 0;
  for (const element of list.elements) {
    const comma = count++ === 0 ? '' : ',';
    yield isIndented ? `${comma}\n    ${jsonLines(element, 2)}` : `${comma}${jsonLine(element)}`;
  }
  if (isIndented) yield count === 0 ? ']\n}\n' : '\n  ]\n}\n';
  else yield ']}\n';
}

function fieldsOf(unit: Unit): UnitFields {
  switch (unit.adapter) {
    case 'redis':
      return fieldsOfKey(unit);
    case 'dynamodb':
      return fieldsOfItem(unit);
    case 's3':
      return fieldsOfObject(unit);
    case 'sqs':
      return fieldsOfMessage(unit);
  }
}

function fieldsOfKey({ stored }: RedisUnit): UnitFields {
  const { type, key, expireAt } = stored;
  const fields = { type, key: jsonBytes(key), expire_at_ms: expireAt };
  switch (stored.type) {
    case 'string':
      return { fields: { ...fields, value: jsonBytes(stored.value) } };
    case 'hyperloglog':
      return { fields: { ...fields, value: { base64: stored.value.toString('base64') } } };
    case 'hash':
      return { fields, list: { name: 'fields', elements: mapped(stored.value, fieldOfHash) } };
    case 'list':
      return { fields, list: { name: 'items', elements: mapped(stored.value, jsonBytes) } };
    case 'set':
      return { fields, list: { name: 'members', elements: mapped(stored.value, jsonBytes) } };
    case 'zset':
      return { fields, list: { name: 'members', elements: mapped(stored.value, memberWithScore) } };
    case 'stream':
      return { fields: { ...fields, last_id: stored.lastId }, list: { name: 'entries', elements: stored.value } };
  }
}

function fieldOfHash([name, value]: readonly [Buffer, Buffer]): unknown {
  return { name: jsonBytes(name), value: jsonBytes(value) };
}

/** Infinities are no numbers of JSON. */
function memberWithScore({ member, score }: { readonly member: Buffer; readonly score: number }): unknown {
  const finite = Object.is(score, -0) ? jsonNumber('-0') : score;
  return { member: jsonBytes(member), score: Number.isFinite(score) ? finite : score > 0 ? '+inf' : '-inf' };
}

function* mapped<From, To>(all: Iterable<From>, map: (one: From) => To): Generator<To, void, undefined> {
  for (const one of all) yield map(one);
}

function fieldsOfItem({ table, item }: DynamodbUnit): UnitFields {
  return { fields: { table: table.name, item: awsItem(item) } };
}

/** An item as the AWS CLI and the low-level API have it: bytes in base64. */
export function awsItem(item: StoredItem): unknown {
  const attributes: Record<string, unknown> = Object.create(null);
  for (const [name, value] of Object.entries(item)) attributes[name] = awsValue(value);
  return attributes;
}

function awsValue(value: StoredAttributeValue): unknown {
  if ('B' in value) return { B: base64(value.B) };
  if ('BS' in value) return { BS: value.BS.map(base64) };
  if ('L' in value) return { L: value.L.map(awsValue) };
  return 'M' in value ? { M: awsItem(value.M) } : value;
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

function fieldsOfObject({ object }: S3Unit): UnitFields {
  const { bucket, keyBytes, size, etag, contentType, contentEncoding, cacheControl, contentDisposition } = object;
  return {
    fields: {
      bucket,
      key: jsonBytes(keyBytes),
      size,
      etag,
      last_modified: object.lastModified?.toISOString(),
      content_type: contentType,
      content_encoding: contentEncoding,
      cache_control: cacheControl,
      content_disposition: contentDisposition,
      user_metadata: object.userMetadata,
    },
  };
}

function fieldsOfMessage({ message }: SqsUnit): UnitFields {
  const { body, attributes } = message;
  return {
    fields: {
      queue: message.queue,
      message_id: message.id,
      body: typeof body === 'string' ? body : jsonBytes(body),
      attributes: attributes === undefined ? undefined : awsAttributes(attributes),
      sent_at_ms: message.sendTimestampMillis,
      available_at_ms: message.availableAtMillis,
      visible_at_ms: message.visibleAtMillis,
      receive_count: message.receiveCount,
      first_received_at_ms: message.firstReceiveMillis,
      group_id: message.groupId,
      deduplication_id: message.deduplicationId,
      sequence_number: message.sequenceNumber === undefined ? undefined : String(message.sequenceNumber),
      sender_id: message.senderId,
      partition: message.partition,
    },
  };
}

/** Attributes of a message as the AWS CLI has them: bytes in base64. */
export function awsAttributes(attributes: NonNullable<SqsUnit['message']['attributes']>): Record<string, unknown> {
  const all: Record<string, unknown> = Object.create(null);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'string') all[name] = JSON.parse(value);
    else if (value.BinaryValue === undefined) all[name] = value;
    else all[name] = { DataType: value.DataType, BinaryValue: base64(value.BinaryValue) };
  }
  return all;
}
