import { copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { type Rows, rowsOf, StatePlace } from './whole-state.test-data.ts';

const LIVE = join(import.meta.dirname, '../../../../fixtures/golden/live/sqs/0000000000000056.fsm');

/** Of a node with a FIFO queue, a partitioned one, one that waits for a message in flight, and a counter of a deleted one. */
const base64 = (text: string) => Buffer.from(text).toString('base64url');
const generation = '\0\0\0\0\0\0\0\x03';
const NAME = 'q.fifo';
const Q = base64(NAME);
const config = `\0SQ\x01{"name":"${NAME}","generation":3,"incarnation":2,"created_at_hlc":18446744073709551615,"is_fifo":true,"content_based_dedup":true,"visibility_timeout_seconds":30,"message_retention_seconds":345600,"delay_seconds":0,"receive_message_wait_seconds":0,"maximum_message_size":262144,"tags":{"__proto__":"x","a":"\\u003cb\\u003e"},"last_purged_at_millis":1795421649000,"created_at_millis":1795421640000,"last_modified_at_millis":1795421645000,"throttle":{"send_capacity":1e2,"send_refill_per_second":0.50}}`;
const message = (id: string, received: string, more: string) =>
  `\0SM\x01{"message_id":"${id}","body":"Yg==","md5_of_body":"92eb5ffee6ae2fec3ad71c777531578f","send_timestamp_millis":1795421649000,"available_at_millis":1795421649000,${received},"queue_generation":3,"message_group_id":"g"${more}}`;
const time = (millis: bigint) => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(millis);
  return bytes.toString('latin1');
};
const SENT = time(1795421649000n);
const HIDDEN = time(1795421679001n);

const ROWS: Rows = {
  [`!sqs|queue|meta|${Q}`]: config,
  [`!sqs|queue|gen|${Q}`]: '3',
  [`!sqs|queue|seq|${Q}`]: '9',
  [`!sqs|queue|gen|${base64('deleted')}`]: '7',
  [`!sqs|msg|data|${Q}${generation}${base64('a')}`]: message(
    'a',
    '"visible_at_millis":1795421679001,"receive_count":2,"first_receive_millis":1795421649001,"current_receipt_token":"+/8="',
    ',"sequence_number":4',
  ),
  [`!sqs|msg|vis|${Q}${generation}${HIDDEN}${base64('a')}`]: 'a',
  [`!sqs|msg|byage|${Q}${generation}${SENT}${base64('a')}`]: 'a',
  [`!sqs|msg|data|${Q}${generation}${base64('b')}`]: message(
    'b',
    '"visible_at_millis":1795421649000,"receive_count":0,"current_receipt_token":null',
    ',"sequence_number":5',
  ),
  [`!sqs|msg|vis|${Q}${generation}${SENT}${base64('b')}`]: 'b',
  [`!sqs|msg|byage|${Q}${generation}${SENT}${base64('b')}`]: 'b',
  [`!sqs|msg|group|${Q}${generation}${base64('g')}`]:
    '{"message_id":"a","acquired_at_ms":1795421649001,"visible_at_ms":1795421679001}',
  [`!sqs|msg|dedup|${Q}${generation}${base64('deleted id')}`]:
    '{"message_id":"gone","send_timestamp_ms":1795421648000,"expires_at_millis":1795421948000,"original_sequence":3}',
};

let place: StatePlace;
beforeEach(() => {
  place = new StatePlace();
});

function isOfNow(key: string): boolean {
  return !key.startsWith('!sqs|queue|tombstone|') && !key.includes('\0\0\0\0\0\0\0\x01');
}

test("the rows of a node's queues come back byte by byte, but for tombstones and earlier generations", () => {
  copyFileSync(LIVE, place.input);
  place.decoded();
  const { rows, result } = place.encoded();
  expect(result).toMatchObject({ outcome: 'published', selfTest: 'passed' });
  const stored = Object.fromEntries(Object.entries(rowsOf(LIVE)).filter(([key]) => key.startsWith('!sqs|')));
  const active = new Set(Object.keys(rows!));
  for (const [key, value] of Object.entries(stored)) if (active.has(key)) expect(rows![key]).toBe(value);
  for (const key of active) expect(stored).toHaveProperty([key]);
  const gone = Object.keys(stored).filter((key) => !active.has(key));
  expect(gone.filter((key) => isOfNow(key))).toEqual([]);
  expect(gone).toHaveLength(12);
});

test('every field that a server stores comes back, and what others would lose is not told as lost', () => {
  place.plantRows(ROWS);
  place.decoded({ strict: true });
  expect(place.warnings.filter(({ event }) => event.startsWith('sqs_'))).toEqual([]);
  const { rows, result, warnings } = place.encoded();
  expect(result).toMatchObject({ selfTest: 'passed' });
  expect(rows).toEqual(ROWS);
  expect(warnings.map(({ event }) => event)).not.toContain('sqs_in_flight_reset');
});

test('rows that encode once made without it come back too', () => {
  copyFileSync(join(LIVE, '../out.fsm'), place.input);
  place.decoded();
  expect(place.encoded().rows).toEqual(rowsOf(place.input));
});

test('the tree is the same as without it, but for its own folder', () => {
  place.plantRows(ROWS);
  place.decoded();
  place.decoded({ wholeState: false, output: join(place.folder, 'plain') });
  for (const file of ['_queue.json', 'messages.jsonl'])
    expect(place.read(`sqs/${NAME}/${file}`)).toBe(place.read(`../plain/sqs/${NAME}/${file}`));
});

describe('an edited tree', () => {
  beforeEach(() => {
    place.plantRows(ROWS);
    place.decoded();
  });

  const withoutA = (text: string) =>
    text
      .split(/(?<=\n)/)
      .filter((line) => !line.includes('"message_id":"a"'))
      .join('');

  test('that lost a message keeps neither its receives nor its lock, which would hold its group; the self-test passes', () => {
    place.edit(`sqs/${NAME}/messages.jsonl`, withoutA);
    const { rows, warnings, result } = place.encoded();
    expect(result).toMatchObject({ outcome: 'published', selfTest: 'passed' });
    expect(warnings.find(({ event }) => event === 'whole_state_unmatched')).toMatchObject({ fields: { count: 2 } });
    const kept = Object.entries(ROWS).filter(
      ([key]) => !key.endsWith(base64('a')) && !key.startsWith('!sqs|msg|group|'),
    );
    expect(rows).toEqual(Object.fromEntries(kept));
  });

  test('that got a message has it as one that nobody received, with its deduplication row; the others have theirs', () => {
    place.edit(
      `sqs/${NAME}/messages.jsonl`,
      (text) =>
        `${text}{"message_id":"new","body":"n","send_timestamp_millis":1795421649003,"available_at_millis":1795421649006,"visible_at_millis":0,"receive_count":0,"queue_generation":3,"message_group_id":"g","sequence_number":12}\n`,
    );
    const { rows, result, warnings } = place.encoded();
    expect(result).toMatchObject({ outcome: 'published', selfTest: 'passed' });
    expect(warnings.find(({ event }) => event === 'whole_state_new')?.fields).toEqual({
      count: 1,
      example: `ekv/sqs/receives.jsonl, queue "${NAME}"`,
    });
    const added = Object.fromEntries(Object.entries(rows!).filter(([key, value]) => ROWS[key] !== value));
    expect(Object.keys(added).map((key) => key.slice(0, 16))).toEqual(
      expect.arrayContaining([
        '!sqs|msg|data|cS',
        '!sqs|msg|vis|cS5',
        '!sqs|msg|byage|c',
        '!sqs|msg|dedup|c',
        '!sqs|queue|seq|c',
      ]),
    );
    expect(Object.keys(added)).toHaveLength(5);
    expect(added[`!sqs|msg|data|${Q}${generation}${base64('new')}`]).toContain(
      '"available_at_millis":1795421649006,"visible_at_millis":1795421649006,"receive_count":0,"current_receipt_token":null,"queue_generation":3',
    );
    expect(added[`!sqs|queue|seq|${Q}`]).toBe('12');
  });

  test('whose lines of messages stand in another order has the same rows', () => {
    place.edit(`sqs/${NAME}/messages.jsonl`, (text) =>
      text
        .split(/(?<=\n)/)
        .reverse()
        .join(''),
    );
    expect(place.encoded({ selfTest: false }).rows).toEqual(ROWS);
  });

  test('that lost a queue has nothing of it', () => {
    rmSync(join(place.tree, 'sqs', NAME), { recursive: true });
    const { rows, result } = place.encoded();
    expect(result).toMatchObject({ selfTest: 'passed' });
    expect(rows).toEqual({ [`!sqs|queue|gen|${base64('deleted')}`]: '7' });
  });

  test('whose state of a queue is gone has that queue as new', () => {
    rmSync(join(place.tree, 'ekv/sqs/queues.jsonl'));
    const { rows, result, warnings } = place.encoded();
    expect(result).toMatchObject({ selfTest: 'passed' });
    expect(warnings.find(({ event }) => event === 'whole_state_new')?.message).toContain('ekv/sqs/queues.jsonl');
    expect(rows![`!sqs|queue|gen|${Q}`]).toBe('1');
    expect(rows![`!sqs|msg|group|${Q}\0\0\0\0\0\0\0\x01${base64('g')}`]).toBeDefined();
  });

  test.each([
    [
      'queues',
      (text: string) => text.replace('"generation":3', '"generation":0'),
      /^sqs: ekv\/sqs\/queues\.jsonl:1:1: "generation" is missing or 0/,
    ],
    ['queues', (text: string) => text + text, /queues\.jsonl:2:1: it stands for the same row/],
    ['queues', (text: string) => text.replace('"queue":', '"name":'), /queues\.jsonl:1:9: .* knows no field "name"/],
    ['queues', (text: string) => text.replace('"send_capacity"', '"burst"'), /"throttle" knows no field "burst"/],
    ['queues', (text: string) => text.replace('"a":"', '"a":5,"b":"'), /tag "a" must be a string/],
    ['queues', (text: string) => text.replace('"sequence":9', '"sequence":-1'), /"sequence" must be an integer from 0/],
    [
      'counters',
      (text: string) => text.replace('"generation":7', '"generation":"7"'),
      /counters\.jsonl:1:\d+: "generation" must be a number/,
    ],
    [
      'receives',
      (text: string) =>
        text
          .split(/(?<=\n)/)
          .reverse()
          .join(''),
      /receives\.jsonl:2:1: it is out of order/,
    ],
    ['receives', (text: string) => text.replace('"+/8="', '"-_8"'), /"current_receipt_token" must be base64/],
    [
      'receives',
      (text: string) => text.replace('"message_id":"a"', '"message_id":""'),
      /:1:1: "message_id" is missing or empty/,
    ],
    [
      'dedup',
      (text: string) => text.replace('"dedup_id"', '"partition":1,"dedup_id"'),
      /dedup\.jsonl:1:1: "group" is missing/,
    ],
    ['dedup', (text: string) => text.replace('"dedup_id"', '"group":"g","dedup_id"'), /"group" goes with "partition"/],
    ['dedup', (text: string) => text.slice(0, -5), /dedup\.jsonl:1:/],
    ['locks', (text: string) => text.replace('"group":"g",', ''), /locks\.jsonl:1:1: "group" is missing/],
  ])('%s.jsonl is refused with file and line when a line breaks a rule', (name, change, message) => {
    const path = `ekv/sqs/${name}.jsonl`;
    const before = place.read(path);
    place.edit(path, change);
    expect(place.read(path)).not.toBe(before);
    expect(place.refusal()).toMatch(message);
  });

  test('is moved in time as a whole, and the self-test moves it back', () => {
    const { rows, result } = place.encoded({ shiftTimes: true });
    expect(result).toMatchObject({ outcome: 'published', selfTest: 'passed' });
    const value = (family: string) => JSON.parse(Object.entries(rows!).find(([key]) => key.startsWith(family))![1]);
    const { acquired_at_ms, visible_at_ms } = value('!sqs|msg|group|');
    expect(visible_at_ms - acquired_at_ms).toBe(30_000);
    const shift = acquired_at_ms - 1795421649001;
    expect(shift).toBeGreaterThan(1e12);
    expect(value('!sqs|msg|dedup|').expires_at_millis).toBe(1795421948000 + shift);
    expect(rows![`!sqs|queue|meta|${Q}`]).toContain(`"last_purged_at_millis":${1795421649000 + shift},`);
  });
});
