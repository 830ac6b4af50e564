import { defineTable, itemRecords, tableRecords } from '@ekv/dynamodb-encoder';
import {
  hashRecords,
  listRecords,
  setRecords,
  sortedSetRecords,
  streamRecords,
  stringRecord,
} from '@ekv/redis-encoder';
import { bucketRecords, objectRecords } from '@ekv/s3-encoder';
import type { SnapshotRow } from '@ekv/snapshot';
import { queueRecords } from '@ekv/sqs-encoder';
import fc from 'fast-check';

/** What users would say that there is: a few things of each kind, by name. */
export interface State {
  readonly redis: Readonly<Record<string, RedisValue>>;
  readonly tables: Readonly<Record<string, Table>>;
  readonly buckets: Readonly<Record<string, Bucket>>;
  readonly queues: Readonly<Record<string, Queue>>;
}

type Texts = Readonly<Record<string, string>>;

export type RedisValue = { readonly expires: number | null } & (
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'hash'; readonly fields: Texts }
  | { readonly type: 'list'; readonly elements: readonly string[] }
  | { readonly type: 'set'; readonly members: readonly string[] }
  | { readonly type: 'zset'; readonly scores: Readonly<Record<string, number>> }
  | { readonly type: 'stream'; readonly entries: Readonly<Record<string, string>> }
);

interface Table {
  /** Name of the attribute that an index is over. */
  readonly index: string;
  /** Attributes of type S beside the key, by key. */
  readonly items: Readonly<Record<string, Texts>>;
}

interface Bucket {
  readonly region: string;
  readonly objects: Readonly<
    Record<string, { readonly body: string; readonly type: string; readonly metadata: Texts }>
  >;
}

interface Queue {
  readonly delay: number;
  readonly messages: Readonly<Record<string, { readonly body: string; readonly sent: number }>>;
}

export const EXPIRES = 4_000_000_000_000;
/** When a state is taken, ms since 1970. */
export const TAKEN = 1_800_000_000_000;

/** Byte strings, some of which a terminal, JSON or JavaScript would take for more than they are. */
const name = fc.constantFrom(
  'a',
  'ab',
  'a\0',
  '__proto__',
  '\x1b[2J',
  'new\nline',
  'd|x',
  '100%',
  'x/y',
  '<b>',
  '=1+1',
  '"q"\\',
);
const bytes = fc.oneof(
  name,
  fc.constantFrom('', '\xff\xfe', 'v', 'w', 'long'.repeat(30), 'large'.repeat(4000), 'large'.repeat(4001)),
);
const text = fc.constantFrom('', 'v', 'other', 'é', '\u202egnp', 'long'.repeat(30), '\u0085', '</script>');

/** Names and values; `__proto__` is one as any other. */
function named<T>(
  names: fc.Arbitrary<string>,
  value: fc.Arbitrary<T>,
  limits: { minKeys?: number; maxKeys?: number } = {},
) {
  return fc.dictionary(names, value, { maxKeys: 4, ...limits });
}

/** Some are over when the state is taken. */
const expires = fc.option(
  fc.oneof(
    { weight: 3, arbitrary: fc.nat(3).map((n) => EXPIRES + n) },
    fc.nat(2).map((n) => TAKEN - n),
  ),
);
const redisValue: fc.Arbitrary<RedisValue> = fc.oneof(
  fc.record({ expires, type: fc.constant('string' as const), value: bytes }),
  fc.record({ expires, type: fc.constant('hash' as const), fields: named(bytes, bytes, { minKeys: 1 }) }),
  fc.record({ expires, type: fc.constant('list' as const), elements: fc.array(bytes, { minLength: 1, maxLength: 8 }) }),
  fc.record({
    expires,
    type: fc.constant('set' as const),
    members: fc.uniqueArray(bytes, { minLength: 1, maxLength: 4 }),
  }),
  fc.record({
    expires,
    type: fc.constant('zset' as const),
    scores: named(bytes, fc.constantFrom(0, -1.5, 1e300, 7, Number.POSITIVE_INFINITY), { minKeys: 1 }),
  }),
  fc.record({
    expires,
    type: fc.constant('stream' as const),
    entries: named(fc.constantFrom('1-0', '2-0', '10-0', '10-18'), text, { minKeys: 1 }),
  }),
);

const table: fc.Arbitrary<Table> = fc.record({
  index: fc.constantFrom('state', 'other'),
  items: named(
    fc.constantFrom('a', 'a/b', '\0', 'é', '__proto__', '%'),
    named(fc.constantFrom('state', 'n', '__proto__', '<>'), text),
  ),
});
const bucket: fc.Arbitrary<Bucket> = fc.record({
  region: fc.constantFrom('eu', 'us'),
  objects: named(
    fc.constantFrom('a', 'dir/b', 'é', '\x1b[2J', 'zz'),
    fc.record({
      body: bytes,
      type: fc.constantFrom('', 'text/plain'),
      metadata: named(
        fc.constantFrom('owner', 'x'),
        text.filter((value) => value !== ''),
      ),
    }),
  ),
});
const queue: fc.Arbitrary<Queue> = fc.record({
  delay: fc.nat(2),
  messages: named(
    fc.nat(5).map((n) => n.toString(16).padStart(32, '0')),
    fc.record({ body: bytes, sent: fc.nat(3) }),
  ),
});

const state: fc.Arbitrary<State> = fc.record({
  redis: named(name, redisValue, { maxKeys: 8 }),
  tables: named(fc.constantFrom('orders', 'orders-2'), table),
  buckets: named(fc.constantFrom('attic', 'attic-2'), bucket),
  queues: named(fc.constantFrom('jobs', 'jobs-2'), queue),
});

/** Two states that have most in common: whatever of the first one was changed is as in another one, or gone. */
export const twoStates: fc.Arbitrary<readonly [State, State]> = fc
  .tuple(state, state, fc.infiniteStream(fc.constantFrom('same', 'same', 'same', 'other', 'gone')))
  .map(([from, other, fates]) => {
    const fate = () => fates.next().value as string;
    return [
      from,
      {
        redis: changed(from.redis, other.redis, fate),
        tables: changed(from.tables, other.tables, fate, (a, b) => ({
          index: b.index,
          items: changed(a.items, b.items, fate),
        })),
        buckets: changed(from.buckets, other.buckets, fate, (a, b) => ({
          region: b.region,
          objects: changed(a.objects, b.objects, fate),
        })),
        queues: changed(from.queues, other.queues, fate, (a, b) => ({
          delay: b.delay,
          messages: changed(a.messages, b.messages, fate),
        })),
      },
    ];
  });

function changed<T>(
  from: Readonly<Record<string, T>>,
  other: Readonly<Record<string, T>>,
  fate: () => string,
  inner: (a: T, b: T) => T = (_, b) => b,
): Record<string, T> {
  const result = Object.create(null) as Record<string, T>;
  for (const name of new Set([...Object.keys(from), ...Object.keys(other)])) {
    const [a, b] = [from, other].map((all) => (Object.hasOwn(all, name) ? all[name] : undefined));
    const what = fate();
    if (what === 'gone') continue;
    if (a !== undefined && (what === 'same' || b === undefined)) result[name] = a;
    else if (b !== undefined) result[name] = a === undefined ? b : inner(a, b);
  }
  return result;
}

/** The same without keys that are over when it is taken. */
export function withoutExpired(state: State): State {
  const redis = Object.create(null) as Record<string, RedisValue>;
  for (const [key, value] of Object.entries(state.redis))
    if (value.expires === null || value.expires > TAKEN) redis[key] = value;
  return { ...state, redis };
}

/** The rows of a state. */
export function* rowsOf(state: State): Generator<SnapshotRow> {
  for (const [key, value] of Object.entries(state.redis)) yield* redisRows(binary(key), value);
  for (const [name, { index, items }] of Object.entries(state.tables)) {
    const defined = defineTable({
      name,
      hashKey: 'h',
      attributeTypes: { h: 'S', [index]: 'S' },
      indexes: [{ name: 'by', hashKey: index }],
    });
    yield* tableRecords(defined);
    for (const [h, attributes] of Object.entries(items)) {
      const entries = Object.entries(attributes).map(([name, S]) => [name, { S }] as const);
      yield* itemRecords(defined, new Map([['h', { S: h }], ...entries]));
    }
  }
  for (const [name, { region, objects }] of Object.entries(state.buckets)) {
    yield* bucketRecords({ name, region, acl: 'private' });
    for (const [key, { body, type, metadata }] of Object.entries(objects)) {
      const description = {
        lastModified: new Date(EXPIRES),
        ...(type !== '' && { contentType: type }),
        userMetadata: { ...metadata },
      };
      yield* objectRecords(name, key, binary(body), description);
    }
  }
  for (const [name, { delay, messages }] of Object.entries(state.queues)) {
    yield* queueRecords(
      { name, delaySeconds: delay },
      Object.entries(messages).map(([id, { body, sent }]) => ({
        id,
        body: binary(body),
        sendTimestampMillis: new Date(EXPIRES + sent),
      })),
    );
  }
}

function redisRows(key: Buffer, value: RedisValue): Iterable<SnapshotRow> {
  const expiry = value.expires === null ? undefined : BigInt(value.expires);
  switch (value.type) {
    case 'string':
      return [stringRecord(key, binary(value.value), expiry)];
    case 'hash':
      return hashRecords(
        key,
        Object.entries(value.fields).map(([name, text]) => ({ name: binary(name), value: binary(text) })),
        expiry,
      );
    case 'list':
      return listRecords(key, value.elements.map(binary), expiry);
    case 'set':
      return setRecords(key, value.members.map(binary), expiry);
    case 'zset':
      return sortedSetRecords(
        key,
        Object.entries(value.scores).map(([member, score]) => ({ member: binary(member), score })),
        expiry,
      );
    case 'stream': {
      const ids = Object.entries(value.entries).map(([id, text]) => ({
        ms: BigInt(id.split('-')[0]!),
        seq: BigInt(id.split('-')[1]!),
        fields: ['f', text] as [string, string],
      }));
      return streamRecords(
        key,
        ids.toSorted((a, b) => Number(a.ms - b.ms || a.seq - b.seq)),
        expiry,
      );
    }
  }
}

export function binary(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}
