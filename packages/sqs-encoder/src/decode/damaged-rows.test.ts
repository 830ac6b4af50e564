import { Damage } from '@ekv/snapshot';
import { expect, test } from 'vitest';
import { decoded, generationRow, messageRow, queueRow, seg, tombstoneRow } from './decoded.test-data.ts';
import type { NodeRow } from './node-file.test-data.ts';

const MESSAGE = '{"message_id":"m","body":"eA=="}';
const WHOLE = [queueRow('q'), messageRow('q', 'm', MESSAGE)];

function salvaged(rows: readonly NodeRow[], includeSideRecords = false) {
  const damage = new Damage();
  return { ...decoded(rows, { includeSideRecords }, damage), counts: damage.counts() };
}

test.each<[string, NodeRow]>([
  ['a message that is no JSON', messageRow('q', 'n', '{')],
  ['a message without its magic', [`!sqs|msg|data|${seg('q')}${'\0'.repeat(8)}${seg('n')}`, 'broken']],
  ['a message whose key is cut', [`!sqs|msg|data|${seg('q')}`, 'broken']],
  ['a message without an id', messageRow('q', 'n', '{"body":"eA=="}')],
  ['a message with another id than its key', messageRow('q', 'n', MESSAGE)],
  ['a message with another generation than its key', messageRow('q', 'n', '{"message_id":"n","queue_generation":77}')],
  ['a queue that is no JSON', queueRow('r', '{')],
  ['a queue whose name is no UTF-8', ['!sqs|queue|meta|_w', '\0SQ\x01{}']],
  ['a queue whose name is no base64', ['!sqs|queue|meta|%%%', '\0SQ\x01{}']],
  ['a queue whose name can be no folder', queueRow('..')],
  ['a queue with settings that no server has', queueRow('r', '{"name":"r","partition_count":3}')],
  ['a generation that is no number', generationRow('r', 'x')],
])('%s is left out and counted, the rest is there', (_, wrong) => {
  const result = salvaged([...WHOLE, wrong]);
  expect(Object.keys(result.files)).toEqual(['q/_queue.json', 'q/messages.jsonl']);
  expect(result.files['q/messages.jsonl']!.split('\n')).toHaveLength(2);
  expect(result.counts).toEqual({ rows: 1 });
});

test('messages of a queue whose row is damaged are left out and counted', () => {
  const result = salvaged([
    ...WHOLE,
    queueRow('r', '{'),
    messageRow('r', 'm', MESSAGE),
    messageRow('r', 'n', MESSAGE.replace('"m"', '"n"')),
  ]);
  expect(Object.keys(result.files)).toEqual(['q/_queue.json', 'q/messages.jsonl']);
  expect(result.counts).toEqual({ rows: 1, orphans: 2 });
  expect(result.warnings).toMatchObject([
    {
      event: 'sqs_orphan_messages',
      message: expect.stringContaining('without a row that can be read'),
      fields: { queue: 'r', buffered_messages: 2, hint: expect.stringContaining('is damaged') },
    },
  ]);
});

test('messages of a queue that a tombstone says was deleted do not count, nor those of a file that is whole otherwise', () => {
  const gone = messageRow('gone', 'm', MESSAGE.replace('{', '{"queue_generation":1,'));
  expect(salvaged([...WHOLE, gone]).counts).toBeUndefined();
  expect(salvaged([...WHOLE, queueRow('r', '{'), gone]).counts).toEqual({ rows: 1, orphans: 1 });
  expect(salvaged([...WHOLE, queueRow('r', '{'), gone, tombstoneRow('gone', 1n)]).counts).toEqual({ rows: 1 });
});

test('of two queues with one folder the first is written', () => {
  const { counts, files } = salvaged([
    ['!sqs|queue|meta|YQ', '\0SQ\x01{}'],
    ['!sqs|queue|meta|YR', '\0SQ\x01{}'],
  ]);
  expect([counts, Object.keys(files)]).toEqual([{ rows: 1 }, ['a/_queue.json']]);
});

test('a queue that its row calls otherwise than its key is written under the name of the key', () => {
  const result = salvaged([queueRow('q', '{"name":"w"}')]);
  expect(JSON.parse(result.files['q/_queue.json']!).name).toBe('q');
  expect(result.counts).toEqual({ queue_names: 1 });
});

test('side records that are malformed, or have no place, are left out', () => {
  const orphan = seg('gone');
  const result = salvaged(
    [queueRow(`${orphan}.orphan`), ['!sqs|msg|dedup|', ''], [`!sqs|msg|vis|${orphan}${'\0'.repeat(16)}bQ`, 'bQ']],
    true,
  );
  expect(Object.keys(result.files)).toEqual([`${orphan}.orphan/_queue.json`]);
  expect(result.counts).toEqual({ rows: 1, side_records: 1 });
});

test('of a whole snapshot everything is there, and nothing is counted', () => {
  const result = salvaged(WHOLE);
  expect([Object.keys(result.files), result.counts]).toEqual([['q/_queue.json', 'q/messages.jsonl'], undefined]);
});
