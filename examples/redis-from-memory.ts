/**
 * Builds a snapshot file from Redis keys in memory, with `@ekv/redis-encoder` and `@ekv/snapshot` alone: no dump tree, no
 * server. A node that is restored from the file serves these keys.
 */
import {
  hashRecords,
  listRecords,
  setRecords,
  sortedSetRecords,
  streamRecords,
  stringRecord,
} from '@ekv/redis-encoder';
import { writeSnapshot } from '@ekv/snapshot';

const expireAt = new Date('2100-01-01');
const keys = [
  stringRecord('greeting', 'hello'),
  stringRecord('session:1', Buffer.from('token'), { expireAt }),
  hashRecords('user:1', { name: 'Alice', city: 'Zürich' }),
  listRecords('queue', ['first', 'second', 'third'], { expireAt }),
  setRecords('colours', new Set(['red', 'green', 'blue'])),
  sortedSetRecords('ranking', { alice: 12.5, bob: Number.NEGATIVE_INFINITY }),
  streamRecords('events', [{ id: '1714400000000-0', fields: { event: 'login', user: 'alice' } }]),
];
const written = await writeSnapshot('from-memory.fsm', keys, { lastCommitTs: new Date('2026-01-01') });
console.log(`${written.entries} rows, ${written.bytes} bytes, sha256 ${written.sha256}`);
