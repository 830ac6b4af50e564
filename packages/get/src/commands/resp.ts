import type { StoredKey, StoredStream } from '@ekv/redis-encoder/read';
import type { RedisUnit } from '../units/unit.ts';
import { pfaddElements } from './hyperloglog-elements.ts';
import type { LeftOut } from './left-out.ts';

/** Elements that one command adds, and bytes of them; a single one may be larger. */
const MOST_ELEMENTS = 500;
const MOST_BYTES = 1 << 20;

const NO_FIELDS = {
  name: 'entries of streams without a field',
  rule: 'XADD takes no entry without fields',
} as const;
const FOREIGN_HYPERLOGLOG = {
  name: 'HyperLogLogs',
  rule: 'their payload is neither that of elastickv nor that of Redis',
} as const;

/**
 * Keys as commands in the protocol of Redis, for `redis-cli --pipe`: what is there under a key is deleted first, so that it is afterwards as in the
 * snapshot, its expiry too.
 *
 * @param leftOut gets what no command can make.
 */
export function* respOf(units: Iterable<RedisUnit>, leftOut: LeftOut): Generator<Buffer, void, undefined> {
  for (const unit of units) {
    const { stored } = unit;
    yield command('DEL', stored.key);
    yield* valueCommands(stored, unit.address, leftOut);
    if (stored.expireAt !== null) yield command('PEXPIREAT', stored.key, String(stored.expireAt));
  }
}

function* valueCommands(stored: StoredKey, address: string, leftOut: LeftOut): Generator<Buffer, void, undefined> {
  const { key } = stored;
  switch (stored.type) {
    case 'string':
      return yield command('SET', key, stored.value);
    case 'hyperloglog':
      return yield* hyperLogLog(key, stored.value, () => leftOut.add(FOREIGN_HYPERLOGLOG, address));
    case 'hash':
      return yield* batches('HSET', key, stored.value);
    case 'list':
      return yield* batches('RPUSH', key, singly(stored.value));
    case 'set':
      return yield* batches('SADD', key, singly(stored.value));
    case 'zset':
      return yield* batches('ZADD', key, scored(stored.value));
    case 'stream':
      return yield* streamOf(stored, () => leftOut.add(NO_FIELDS, address));
  }
}

/** A server of elastickv keeps the elements; what came from Redis is a string for it. */
function* hyperLogLog(key: Buffer, payload: Buffer, leftOut: () => void): Generator<Buffer, void, undefined> {
  if (payload.toString('latin1', 0, 4) === 'HYLL') return yield command('SET', key, payload);
  const elements = pfaddElements(payload);
  if (elements === undefined) return leftOut();
  if (elements.length === 0) return yield command('PFADD', key);
  yield* batches('PFADD', key, singly(elements));
}

function* streamOf({ key, value, lastId }: StoredStream, leftOut: () => void): Generator<Buffer, void, undefined> {
  let last = '';
  for (const { id, fields } of value) {
    if (fields.length === 0) {
      leftOut();
      continue;
    }
    yield command('XADD', key, id, ...fields.flat());
    last = id;
  }
  if (last === lastId) return;
  if (last !== '') return yield command('XSETID', key, lastId);
  // A stream without entries is there once a group is made of it.
  yield command('XGROUP', 'CREATE', key, 'ekv', '$', 'MKSTREAM');
  yield command('XGROUP', 'DESTROY', key, 'ekv');
  if (lastId !== '0-0') yield command('XSETID', key, lastId);
}

function* singly(elements: Iterable<Buffer>): Generator<[Buffer], void, undefined> {
  for (const element of elements) yield [element];
}

function* scored(
  members: Iterable<{ readonly member: Buffer; readonly score: number }>,
): Generator<[string, Buffer], void, undefined> {
  for (const { member, score } of members) yield [scoreText(score), member];
}

/** As a server reads it; the shortest text that is the same number. */
function scoreText(score: number): string {
  if (Object.is(score, -0)) return '-0';
  return Number.isFinite(score) ? String(score) : score > 0 ? '+inf' : '-inf';
}

/** As many commands as are needed for elements of several words each. */
function* batches(
  name: string,
  key: Buffer,
  elements: Iterable<readonly (Buffer | string)[]>,
): Generator<Buffer, void, undefined> {
  let words: (Buffer | string)[] = [];
  let bytes = 0;
  let count = 0;
  for (const element of elements) {
    words.push(...element);
    for (const word of element) bytes += word.length;
    if (++count < MOST_ELEMENTS && bytes < MOST_BYTES) continue;
    yield command(name, key, ...words);
    words = [];
    bytes = count = 0;
  }
  if (count > 0) yield command(name, key, ...words);
}

const END = Buffer.from('\r\n');

/** An array of bulk strings. */
function command(...words: readonly (Buffer | string)[]): Buffer {
  const parts: Buffer[] = [Buffer.from(`*${words.length}\r\n`)];
  for (const word of words) {
    const bytes = typeof word === 'string' ? Buffer.from(word) : word;
    parts.push(Buffer.from(`$${bytes.length}\r\n`), bytes, END);
  }
  return Buffer.concat(parts);
}
