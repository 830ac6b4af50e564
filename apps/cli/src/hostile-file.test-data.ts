import { type AttributeValue, defineTable } from '@ekv/dynamodb-encoder';
import {
  hashRecords,
  listRecords,
  setRecords,
  sortedSetRecords,
  streamRecords,
  stringRecord,
} from '@ekv/redis-encoder';
import { bucketRecords, objectRecords } from '@ekv/s3-encoder';
import { type SnapshotRow, writeSnapshot } from '@ekv/snapshot';
import { queueRecords } from '@ekv/sqs-encoder';

/** What a terminal, a page, a spreadsheet, a shell, an object of JavaScript or a line could take for more than a name. */
export const HOSTILE_TEXTS: readonly string[] = [
  '\x1b]0;title\x07\x1b[31mred',
  'line\nfeed\r',
  '</script><img src=x onerror=alert(1)>',
  '<!--<script>',
  '=cmd()|calc',
  '@SUM(1)',
  '+1+cmd()',
  '-2+3',
  '\t=tab()',
  '__proto__',
  'constructor',
  'toString',
  'a,b"c',
  '\u202eright to left',
  '\u0085\u009b31m',
  '\u2028\u2029',
  '%41',
  '*',
  'a[1]',
  '../../up',
  '--version',
  `"'; touch pwned; \`touch pwned\` $(touch pwned) \\`,
];

const LONG = Buffer.alloc(600_000, '\x1b[31m<b>');
const NO_TEXT = Buffer.from([0xff, 0xfe, 0x80, 0x0a, 0x1b]);
/** Keys may be of any bytes. */
const KEYS: readonly Buffer[] = [...HOSTILE_TEXTS.map((text) => Buffer.from(text)), NO_TEXT, LONG];

/** A snapshot in which all that has a name or a value has hostile ones, in all four adapters. @param each takes one of so many names. */
export async function writeHostileFile(path: string, each = 1): Promise<void> {
  const some = <Name>(names: readonly Name[]): Name[] => names.filter((_, i) => i % each === 0);
  const rows = [
    redisRows(some(KEYS)),
    dynamodbRows(some(HOSTILE_TEXTS)),
    s3Rows(some(KEYS)),
    sqsRows(some(HOSTILE_TEXTS)),
  ];
  await writeSnapshot(path, rows.flat());
}

function* redisRows(keys: readonly Buffer[]): Generator<SnapshotRow> {
  for (const key of keys) yield stringRecord(Buffer.concat([Buffer.from('str'), key]), key);
  for (const key of keys) yield stringRecord(key, key.subarray(0, 100), { expireAt: 4_000_000_000_000 });
  yield stringRecord('', 'of the empty key');
  const few = keys.filter((key) => key !== LONG);
  const of = (type: string) => Buffer.concat([Buffer.from(`${type}:`), few[0]!]);
  yield* hashRecords(of('hash'), new Map(few.map((name) => [name, name])));
  yield* listRecords(of('list'), few);
  yield* setRecords(of('set'), few);
  yield* sortedSetRecords(
    of('zset'),
    few.map((member, score) => ({ member, score })),
  );
  yield* streamRecords(of('stream'), [
    { id: '1-1', fields: few.filter((name) => name !== NO_TEXT).map((name) => [name, name]) },
  ]);
}

function* dynamodbRows(names: readonly string[]): Generator<SnapshotRow> {
  for (const name of [...names, 'long']) {
    const table = defineTable({ name, hashKey: 'id', rangeKey: '__proto__' });
    const hash = name === 'long' ? LONG.toString() : name;
    const nested = new Map<string, AttributeValue>(names.map((one) => [one, { L: [{ S: one }, { SS: [one] }] }]));
    const item = new Map<string, AttributeValue>([
      ...names.map((one) => [one, { S: one }] as const),
      ['id', { S: hash }],
      ['__proto__', { S: name }],
      ['bytes', { B: NO_TEXT }],
      ['nested', { M: nested }],
    ]);
    yield* table.rows([item]);
  }
}

function* s3Rows(keys: readonly Buffer[]): Generator<SnapshotRow> {
  yield* bucketRecords({ name: 'long' });
  yield* objectRecords('long', LONG, LONG);
  yield* objectRecords('long', NO_TEXT, NO_TEXT);
  for (const name of keys.filter((key) => key !== LONG && key !== NO_TEXT)) {
    const text = name.toString();
    const described = {
      contentType: text,
      contentEncoding: text,
      cacheControl: text,
      contentDisposition: text,
      userMetadata: new Map([[text, text]]),
    };
    yield* bucketRecords({ name });
    yield* objectRecords(name, name, name, described);
    yield* objectRecords(name, Buffer.concat([name, Buffer.from('/')]), name, described);
  }
}

function* sqsRows(names: readonly string[]): Generator<SnapshotRow> {
  for (const name of names) {
    const attributes = new Map(names.map((one) => [one, { DataType: 'String', StringValue: one }] as const));
    const said = { groupId: name, deduplicationId: name, senderId: name, sendTimestampMillis: 4_000_000_000_000 };
    yield* queueRecords({ name }, [
      { id: name, body: name, attributes, ...said },
      { id: `${name}2`, body: NO_TEXT, ...said },
      { id: `${name}3`, body: LONG.toString('latin1', 0, name === names[0] ? 200_000 : 100), ...said },
    ]);
  }
}
