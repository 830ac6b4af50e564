import type { CheckedSnapshot, SnapshotRow } from '@ekv/snapshot';
import { type NodeRow, withNodeFile } from '../decode/node-file.test-data.ts';
import { REDIS_FAMILIES } from '../layout/families.ts';
import { parseStreamId } from '../layout/stream-id.ts';
import { hyperLogLogRecords, stringRecord } from '../records/blob-rows.ts';
import { hashRecords, listRecords, setRecords, sortedSetRecords } from '../records/collection-rows.ts';
import { streamEntryRecord, streamStateRecords } from '../records/stream-rows.ts';
import { type ReadableSnapshot, type RedisKeysOptions, redisKeys, type StoredKey } from './index.ts';

/** Runs work on the rows of a node's file, as `openSnapshot` gives them. */
export function withSnapshot<T>(rows: readonly NodeRow[], work: (snapshot: ReadableSnapshot) => T): T {
  return withNodeFile(rows, REDIS_FAMILIES, (checked: CheckedSnapshot) => work({ rowsOf: () => checked }));
}

/** A key as the reader gives it, with elements that are kept. */
export type KeptKey = Record<string, unknown> & { readonly type: string };

export function keysOf(rows: readonly NodeRow[], options?: RedisKeysOptions): KeptKey[] {
  return withSnapshot(rows, (snapshot) => Array.from(redisKeys(snapshot, options), kept));
}

export function kept(key: StoredKey): KeptKey {
  const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');
  return { ...key, key: text(key.key), value: plain(key.value) };
}

function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('latin1');
  if (typeof value !== 'object' || value === null) return value;
  if (Symbol.iterator in value) return Array.from(value as Iterable<unknown>, plain);
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, plain(one)]));
}

/** The rows that encode would write for a key. */
export function rowsOf(redisKey: StoredKey): SnapshotRow[] {
  const { key, expireAt } = redisKey;
  switch (redisKey.type) {
    case 'string':
      return [stringRecord(key, redisKey.value, expireAt)];
    case 'hyperloglog':
      return [...hyperLogLogRecords(key, redisKey.value, expireAt)];
    case 'hash': {
      const fields = Array.from(redisKey.value, ([name, value]) => ({ name, value }));
      return [...hashRecords(key, fields, expireAt)];
    }
    case 'list':
      return [...listRecords(key, [...redisKey.value], expireAt)];
    case 'set':
      return [...setRecords(key, [...redisKey.value], expireAt)];
    case 'zset':
      return [...sortedSetRecords(key, [...redisKey.value], expireAt)];
    case 'stream': {
      const rows = Array.from(redisKey.value, ({ id, fields }) =>
        streamEntryRecord(
          key,
          parseStreamId(id)!,
          fields.flat().map((text) => Buffer.from(text)),
        ),
      );
      const state = { length: BigInt(rows.length), last: parseStreamId(redisKey.lastId)! };
      return [...rows, ...streamStateRecords(key, state, expireAt)];
    }
  }
}
