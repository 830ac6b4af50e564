import { writeSortable, writeU64 } from '@ekv/adapter';
import { JsonBytes } from '@ekv/dump-tree';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { attributesMd5 } from '../layout/md5.ts';
import { MESSAGE_MAGIC } from '../layout/message-value.ts';
import { typedAttributes } from '../layout/typed-attribute.ts';
import { CanonicalRows } from './canonical-rows.ts';
import { decoded, messageRow, queueRow, seg, u64 } from './decoded.test-data.ts';
import { HAS_WRONG_ATTRIBUTES_MD5, LINE_PAYLOAD, MessageLines } from './message-lines.ts';
import { MessageValues } from './message-values.ts';
import { MESSAGE_ORDER, MESSAGE_PAYLOAD, type MessageShortcut } from './messages.ts';
import type { NodeRow } from './node-file.test-data.ts';

interface Members {
  readonly [name: string]: string | undefined;
}

/** Members of a value in the order of a server, as JSON texts. */
function json(members: Members): string {
  const present = Object.entries(members).filter(([, value]) => value !== undefined);
  return `{${present.map(([name, value]) => `"${name}":${value}`).join(',')}}`;
}

const BODY = 'a "quoted" <body> \u2028 é';

const server: Members = {
  message_id: '"m"',
  body: JSON.stringify(Buffer.from(BODY).toString('base64')),
  md5_of_body: '"0123456789abcdef0123456789abcdef"',
  md5_of_message_attributes: undefined,
  message_attributes: undefined,
  sender_id: undefined,
  send_timestamp_millis: '1767225600002',
  available_at_millis: '1767225600003',
  visible_at_millis: '1767225600003',
  receive_count: '0',
  first_receive_millis: undefined,
  current_receipt_token: 'null',
  queue_generation: '1',
  message_group_id: undefined,
  message_deduplication_id: undefined,
  sequence_number: undefined,
  dead_letter_source_arn: undefined,
};

const fifo: Members = {
  ...server,
  md5_of_message_attributes: JSON.stringify(
    attributesMd5(
      typedAttributes(
        new Map([
          ['a', { DataType: 'Number', StringValue: '5' }],
          ['b', { DataType: 'String.x', StringValue: '' }],
        ]),
      ),
    ),
  ),
  message_attributes: '{"a":{"DataType":"Number","StringValue":"5"},"b":{"DataType":"String.x","StringValue":""}}',
  sender_id: '"AIDA"',
  receive_count: '3',
  current_receipt_token: '"AAEC"',
  message_group_id: '"g"',
  message_deduplication_id: '"d"',
  sequence_number: '17',
  dead_letter_source_arn: '"arn:aws:sqs:x"',
};

/** What goes to the sort of a message: order, generation, flags and line. */
function filled(row: Pick<MessageShortcut, 'orderBytes' | 'payloadBytes' | 'fill'>): Buffer {
  const into = Buffer.alloc(row.orderBytes + row.payloadBytes);
  row.fill(into, 0);
  return into;
}

const shortcut = new CanonicalRows(new MessageLines(new JsonBytes(), 'reset'));
const values = new MessageValues('meant');

/** @returns whether the shortcut took the value; then what it gives is what the fields give. */
function isTakenAsRead(value: string, partition: number | undefined): boolean {
  const bytes = Buffer.from(`"\0SM\x01${value}"`, 'latin1');
  const row = { bytes, valueStart: 1, valueEnd: bytes.length - 1 };
  if (!shortcut.take(row, partition)) return false;
  const short = filled(shortcut);
  const { message } = values;
  values.read(bytes, row.valueStart + MESSAGE_MAGIC.length, row.valueEnd);
  message.partition = partition;
  const lines = new MessageLines(new JsonBytes(), 'reset');
  const order = Buffer.alloc(MESSAGE_ORDER.id);
  writeSortable(order, MESSAGE_ORDER.sendTime, message.sendTimestampMillis);
  writeU64(order, MESSAGE_ORDER.sequence, message.sequenceNumber);
  const payload = Buffer.alloc(MESSAGE_PAYLOAD.form + lines.take(message));
  writeU64(payload, MESSAGE_PAYLOAD.generation, message.queueGeneration);
  lines.fill(payload, MESSAGE_PAYLOAD.form);
  expect(short.toString('latin1')).toBe(Buffer.concat([order, message.id.view(), payload]).toString('latin1'));
  expect([values.repaired, values.refused]).toEqual([0, 0]);
  return true;
}

test('what a server writes is taken part by part, and its line is the one that its fields give', () => {
  const isFifo = '{"name":"q","is_fifo":true}';
  const classic = (value: string) => messageRow('q', 'm', value);
  const partitioned = (value: string): NodeRow => [
    `!sqs|msg|data|p|${seg('q')}|\0\0\0\x05${u64(1n)}${seg('m')}`,
    `\0SM\x01${value}`,
  ];
  for (const members of [server, fifo]) {
    const value = json(members);
    expect(isTakenAsRead(value, undefined)).toBe(true);
    // White space keeps a value from the shortcut.
    for (const row of [classic, partitioned])
      expect(decoded([queueRow('q', isFifo), row(value)])).toEqual(decoded([queueRow('q', isFifo), row(` ${value}`)]));
  }
});

const texts = ['""', '"x"', '"é"', '"\\u0041"', '"\\n"', '"<&>"', '"\x7f"', '"\x01"', '"\u00ff"', 'null', '7', '[1]'];
const integers = ['0', '-0', '00', '007', '1', '-1', '1.0', '1e2', '999999999999999', '1000000000000000', 'null'];
const more = ['18446744073709551615', '18446744073709551616', '"1"', ''];
const long = Buffer.alloc(600, 'long ').toString('base64');
const base64s = [
  '"QQ=="',
  '"QR=="',
  '"QQ="',
  '"Q"',
  '"aGk_"',
  '""',
  `"${long}"`,
  `"${long.slice(0, -1)}\n"`,
  `"${long}!"`,
];
const attributes = [
  '{"b":{"DataType":"Number","StringValue":"5"},"a":{"DataType":"String","StringValue":""}}',
  '{"a":{"DataType":"Number","StringValue":"5"},"a":{"DataType":"String","StringValue":""}}',
  '{"":{"DataType":"Number","StringValue":"5"},"a":{"DataType":"String.","StringValue":"x"},"ab":{"DataType":"String","StringValue":"y"}}',
  '{"a":{"DataType":"Strings","StringValue":"x"}}',
  '{"a":{"DataType":"Binary","BinaryValue":"QQ=="}}',
  '{"a":{"DataType":"Binary","StringValue":"QQ=="}}',
  '{"a":{"DataType":"String","StringValue":"é"}}',
  '{"a":{"DataType":"String","StringValue":"x","More":1}}',
  `{"a":{"DataType":"String","StringValue":"${'x'.repeat(1 << 16)}"}}`,
  '{"a":{"DataType":"String","StringValue":"x"},}',
];
const digests = ['"7aa47a3a4c4d5b6d5cee4eb0d7a7d3c2"', '"D41D8CD98F00B204E9800998ECF8427E"'];
const odd = ['"/wD+"', '"7aCA"', '[65,66]', '{}'];
const lineBreaks = `"${long.slice(0, 100)}\n\r\n\r${long.slice(100)}"`;
const hostile = fc.constantFrom(
  ...texts,
  ...integers,
  ...more,
  ...base64s,
  ...odd,
  ...attributes,
  ...digests,
  lineBreaks,
);

test('of random and hostile values those that are taken give what their fields give', () => {
  let taken = 0;
  const change = fc.tuple(fc.constantFrom(...Object.keys(server)), fc.option(hostile, { nil: undefined }));
  fc.assert(
    fc.property(
      fc.constantFrom(server, fifo),
      fc.constantFrom(undefined, 0, 31, 2 ** 32 - 1),
      fc.array(change, { maxLength: 3 }),
      (base, partition, changes) => {
        if (isTakenAsRead(json({ ...base, ...Object.fromEntries(changes) }), partition)) taken++;
      },
    ),
    { numRuns: 3000 },
  );
  expect(taken).toBeGreaterThan(500);
});

test.each([
  ['right', 0, fifo],
  ['wrong', HAS_WRONG_ATTRIBUTES_MD5, { ...fifo, md5_of_message_attributes: server.md5_of_body }],
  ['not there', 0, { ...fifo, md5_of_message_attributes: undefined }],
])('an MD5 of attributes that is %s is told so', (_, flag, members) => {
  expect(isTakenAsRead(json(members), undefined)).toBe(true);
  const flags = filled(shortcut)[shortcut.orderBytes + MESSAGE_PAYLOAD.form + LINE_PAYLOAD.flags]!;
  expect(flags & HAS_WRONG_ATTRIBUTES_MD5).toBe(flag);
});

test('so do values that are cut, or have a byte changed', () => {
  const value = json(fifo);
  let taken = 0;
  for (let at = 0; at < value.length; at++) {
    expect(isTakenAsRead(value.slice(0, at), undefined)).toBe(false);
    for (const byte of '\0\n "\\,/09:=AZaz{}\x7f\x80\xe2\xff')
      if (isTakenAsRead(value.slice(0, at) + byte + value.slice(at + 1), undefined)) taken++;
  }
  expect(taken).toBeGreaterThan(500);
});

test.each([
  ['white space', `${json(server)} `],
  ['another order', json({ body: server.body, ...server })],
  ['no attributes in their object', json({ ...server, message_attributes: '{}' })],
  ['an MD5 of attributes that are not there', json({ ...fifo, message_attributes: undefined })],
  ['attributes in another order', json({ ...server, message_attributes: attributes[0] })],
  ['an attribute twice', json({ ...server, message_attributes: attributes[1] })],
  ['a field that nobody knows', json({ ...server, more: '1' })],
  ['an empty text', json({ ...server, message_group_id: '""' })],
  ['a sequence number of 0', json({ ...server, sequence_number: '0' })],
  ['more digits than a double holds', json({ ...server, sequence_number: '9007199254740993' })],
])('a value with %s is read field by field', (_, value) => {
  expect(isTakenAsRead(value, undefined)).toBe(false);
});
