import { expect, test } from 'vitest';
import {
  type Decoded,
  decoded,
  generationRow,
  messageRow,
  queueRow,
  refusedRow,
  seg,
  tombstoneRow,
  u64,
} from './decoded.test-data.ts';

const message = (id: string, more = '') => `{"message_id":"${id}","body":"eA=="${more}}`;

function ids({ files }: Decoded, path: string): string[] {
  return (files[path] ?? '')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line).message_id);
}

const events = ({ warnings }: Decoded) => warnings.map(({ event }) => event);

test('lines of a queue are sorted by send time, sequence number and id, whatever the order of rows', () => {
  const result = decoded([
    queueRow('q'),
    messageRow('q', 'a', message('a', ',"send_timestamp_millis":2')),
    messageRow('q', 'b', message('b', ',"send_timestamp_millis":1,"sequence_number":18446744073709551615')),
    messageRow('q', 'c', message('c', ',"send_timestamp_millis":1,"sequence_number":9')),
    messageRow('q', 'e', message('e', ',"send_timestamp_millis":-1')),
    messageRow('q', 'd', message('d', ',"send_timestamp_millis":-1')),
  ]);
  expect(ids(result, 'q/messages.jsonl')).toEqual(['d', 'e', 'c', 'b', 'a']);
});

test('messages of full ties keep the order of their rows', () => {
  const result = decoded([
    queueRow('q'),
    messageRow('q', '2', message('same', ',"sender_id":"2"')),
    messageRow('q', '1', message('same', ',"sender_id":"1"')),
  ]);
  expect(result.files['q/messages.jsonl']!.match(/"sender_id":"."/g)).toEqual(['"sender_id":"1"', '"sender_id":"2"']);
});

test('rows of queues whose base64 parts begin alike go each to its own folder', () => {
  const result = decoded([
    queueRow('abc'),
    queueRow('abcdef'),
    messageRow('abcdef', 'm2', message('m2')),
    messageRow('abc', 'm1', message('m1')),
  ]);
  expect(ids(result, 'abc/messages.jsonl')).toEqual(['m1']);
  expect(ids(result, 'abcdef/messages.jsonl')).toEqual(['m2']);
});

test.each([
  ['without a generation row', [], ['a', 'b']],
  ['with the generation 0', [generationRow('q', '0')], ['a', 'b']],
  ['with a generation between white space and leading zeros', [generationRow('q', ' \n002\t')], ['b']],
])('messages of a queue %s are kept by it', (_, rows, kept) => {
  const result = decoded([
    queueRow('q'),
    ...rows,
    messageRow('q', 'a', message('a', ',"queue_generation":1')),
    messageRow('q', 'b', message('b', ',"queue_generation":2')),
  ]);
  expect(ids(result, 'q/messages.jsonl')).toEqual(kept);
});

test('messages of another generation are left out with a count, and that is no loss', () => {
  const { files, warnings } = decoded([
    queueRow('q'),
    generationRow('q', '3'),
    messageRow('q', 'a', message('a', ',"queue_generation":1')),
  ]);
  expect(files).not.toHaveProperty(['q/messages.jsonl']);
  const stale = warnings.find(({ event }) => event === 'sqs_stale_generation_messages_dropped')!;
  expect(stale.fields).toMatchObject({ queue: 'q', active_gen: 3n, dropped: 1 });
  expect(stale.loss).toBeFalsy();
});

test('a lone generation row, which each deleted queue leaves, is silent', () => {
  expect(decoded([generationRow('gone', '2')])).toEqual({ files: {}, warnings: [] });
});

test('messages without a queue are a loss, unless a tombstone accounts for their generation', () => {
  const rows = [messageRow('gone', 'a', message('a', ',"queue_generation":4'))];
  const [orphan] = decoded(rows).warnings;
  expect(orphan).toMatchObject({
    event: 'sqs_orphan_messages',
    loss: true,
    fields: { queue: 'gone', buffered_messages: 1 },
  });
  const [leftover] = decoded([...rows, tombstoneRow('gone', 2n), tombstoneRow('gone', 4n)]).warnings;
  expect(leftover).toMatchObject({ event: 'sqs_orphan_messages', loss: false, fields: { of_deleted_generations: 1 } });
  const [other] = decoded([...rows, tombstoneRow('gone', 3n), ['!sqs|queue|tombstone|x', '']]).warnings;
  expect(other).toMatchObject({ loss: true });
});

test('the twenty-first queue without a row is counted, not told', () => {
  const rows = Array.from({ length: 23 }, (_, i) => messageRow(`gone${i}`, 'a', message('a')));
  const { warnings } = decoded(rows);
  expect(warnings).toHaveLength(21);
  expect(warnings.at(-1)!.fields).toEqual({ queues: 3, buffered_messages: 3 });
  expect(warnings.at(-1)!.loss).toBe(true);
});

test.each(['', '.', '..'])('the name %j, which would leave the folder, is refused', (name) => {
  const { key, rule } = refusedRow([queueRow(name)]);
  expect(key).toBe(`!sqs|queue|meta|${seg(name)}`);
  expect(rule).toContain('cannot be a folder');
});

test('names with a slash, percent signs and other bytes become one folder each', () => {
  const { files } = decoded([queueRow('../x'), queueRow('a/b'), queueRow('%41')]);
  expect(Object.keys(files).sort()).toEqual(['%2541/_queue.json', '..%2Fx/_queue.json', 'a%2Fb/_queue.json']);
});

test('two keys that decode to one name are refused, and both are told', () => {
  const rows = ['YQ', 'YR'].map((part) => [`!sqs|queue|meta|${part}`, '\0SQ\x01{"name":"a"}'] as const);
  const { key, rule } = refusedRow(rows);
  expect(key + rule).toMatch(/!sqs\|queue\|meta\|Y[QR].*sqs\/a.*!sqs\|queue\|meta\|Y[QR]/);
});

test('a name that is not UTF-8 keeps its folder, and is U+FFFD for each byte in the file, with a warning', () => {
  const result = decoded([['!sqs|queue|meta|__5h', '\0SQ\x01{}']]);
  expect(result.files['%FF%FEa/_queue.json']).toContain('"name": "\\ufffd\\ufffda"');
  expect(events(result)).toEqual(['sqs_text_repaired']);
});

test('the name in the value wins, the folder is named after the key', () => {
  const { files } = decoded([queueRow('key', '{"name":"value"}')]);
  expect(files['key/_queue.json']).toContain('"name": "value"');
});

const side = (rest: string) => [`!sqs|msg|vis|${rest}`, 'id'] as const;

test('side records of a queue that does not exist go to a folder of its base64 part', () => {
  const { files } = decoded([side(`${seg('gone')}${u64(1n, 5n)}aWQ`)], { includeSideRecords: true });
  expect(Object.keys(files)).toEqual([`${seg('gone')}.orphan/_internals/side_records.jsonl`]);
});

test('a queue that bears the name of such a folder is refused', () => {
  const name = `${seg('gone')}.orphan`;
  const rows = [queueRow(name), side(`${seg('gone')}${u64(1n, 5n)}aWQ`)];
  expect(Object.keys(decoded(rows).files)).toEqual([`${name}/_queue.json`]);
  expect(refusedRow(rows, { includeSideRecords: true }).key).toBe(`!sqs|queue|meta|${seg(name)}`);
});

test('the sequence row of a FIFO queue is a side record, between locks and tombstones', () => {
  const rows = [queueRow('q', '{"is_fifo":true}'), [`!sqs|queue|seq|${seg('q')}`, '7'] as const, tombstoneRow('q', 1n)];
  const { files } = decoded(rows, { includeSideRecords: true });
  const [first, second, ...more] = files['q/_internals/side_records.jsonl']!.trimEnd().split('\n');
  expect(JSON.parse(first!)).toEqual({
    prefix: '!sqs|queue|seq|',
    key_hex: Buffer.from(`!sqs|queue|seq|${seg('q')}`).toString('hex'),
    value_b64: 'Nw',
  });
  expect(JSON.parse(second!).prefix).toBe('!sqs|queue|tombstone|');
  expect(more).toEqual([]);
});

test('what a tree does not carry is one warning for each kind, with counts', () => {
  const settings = '{"is_fifo":true,"tags":{"a":"1","b":"2"},"throttle":{"send_capacity":1}}';
  const result = decoded([
    queueRow('q.fifo', settings),
    generationRow('q.fifo', '2'),
    [`!sqs|queue|seq|${seg('q.fifo')}`, '9'],
    messageRow('q.fifo', 'a', message('a', ',"receive_count":1,"queue_generation":2,"sequence_number":8')),
    [`!sqs|msg|group|${seg('q.fifo')}${u64(2n)}${seg('g')}`, '{}'],
    [`!sqs|msg|dedup|${seg('q.fifo')}${u64(2n)}${seg('d')}`, '{}'],
  ]);
  expect(Object.fromEntries(result.warnings.map(({ event, fields }) => [event, fields]))).toEqual({
    sqs_settings_not_carried: { queues_with_tags: 1, tags: 2, queues_with_throttle: 1 },
    sqs_counters_not_carried: { queues_with_generation: 1, queues_with_sequence: 1 },
    sqs_in_flight_reset: { messages: 1, group_locks: 1 },
    sqs_deduplication_not_carried: { rows: 1, messages: 0 },
  });
  expect(result.warnings.some(({ loss }) => loss)).toBe(false);
});
