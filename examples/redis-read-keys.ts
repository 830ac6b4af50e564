/** Reads Redis keys out of a snapshot file, without a dump tree: those that begin with `user:`, in whatever type they are. */
import { hashRecords, setRecords, stringRecord } from '@ekv/redis-encoder';
import { redisKeys } from '@ekv/redis-encoder/read';
import { openSnapshot, writeSnapshot } from '@ekv/snapshot';

const roles = setRecords('user:1:roles', ['admin', 'author'], { expireAt: new Date('2100-01-01') });
const user = hashRecords('user:1', { name: 'Alice', city: 'Zürich' });
await writeSnapshot('users.fsm', [user, roles, stringRecord('user:count', '1'), stringRecord('greeting', 'hello')]);

using snapshot = openSnapshot('users.fsm');
for (const { key, type, value, expireAt } of redisKeys(snapshot, { prefix: 'user:' })) {
  const until = expireAt === null ? '' : ` until ${new Date(Number(expireAt)).toISOString()}`;
  console.log(`${type} ${key}${until}: ${Buffer.isBuffer(value) ? value : [...value].join(' ')}`);
}
