import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSnapshot } from '@ekv/snapshot';
import { snapshotBytes } from '@ekv/test-support/node-file';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { decoded, generationRow, queueRow, seg, tombstoneRow, u64 } from '../decode/decoded.test-data.ts';
import type { NodeRow } from '../decode/node-file.test-data.ts';
import { type StoredMessage, sqsMessages, sqsQueues } from './index.ts';

const RUNS = 60;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ekv-as-decoded-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const names = fc.constantFrom('a', 'ab', 'q.fifo', 'a.b');
const small = fc.nat(2);

const rowsOfMessages = fc
  .record({
    queue: names,
    id: fc.constantFrom('m', 'n', 'mm', ''),
    partition: fc.option(small, { nil: undefined }),
    keyGeneration: small,
    generation: small,
    sent: fc.integer({ min: -1, max: 1 }),
    sequence: small,
    body: fc.uint8Array({ maxLength: 3 }),
    group: fc.constantFrom('', 'g'),
    receives: small,
  })
  .map(({ queue, id, partition, keyGeneration, ...fields }): NodeRow => {
    const head = partition === undefined ? seg(queue) : `p|${seg(queue)}|\0\0\0${String.fromCharCode(partition)}`;
    const value = JSON.stringify({
      message_id: id,
      body: Buffer.from(fields.body).toString('base64'),
      send_timestamp_millis: fields.sent,
      sequence_number: fields.sequence,
      queue_generation: fields.generation,
      message_group_id: fields.group,
      receive_count: fields.receives,
      message_attributes: fields.sequence === 0 ? null : { k: { DataType: 'String', StringValue: id } },
    });
    return [`!sqs|msg|data|${head}${u64(BigInt(keyGeneration))}${seg(id || 'none')}`, `\0SM\x01${value}`];
  });

const node: fc.Arbitrary<NodeRow[]> = fc
  .tuple(
    fc.array(rowsOfMessages, { maxLength: 20 }),
    fc.subarray(['a', 'ab', 'q.fifo', 'a.b']).map((queues) => queues.map((name) => queueRow(name))),
    fc.array(
      fc.tuple(names, small).map(([name, generation]) => generationRow(name, `${generation}`)),
      { maxLength: 3 },
    ),
    fc.array(fc.tuple(names, small).map(([name, generation]) => tombstoneRow(name, BigInt(generation)))),
  )
  .map((groups) => [...new Map(groups.flat()).entries()]);

/** A message as a line of `messages.jsonl` says it. */
function lineOf(message: StoredMessage): Record<string, unknown> {
  const { body, sequenceNumber, partition, groupId, attributes } = message;
  const base64 = typeof body === 'string' ? undefined : Buffer.from(body).toString('base64url');
  return JSON.parse(
    JSON.stringify({
      message_id: message.id,
      body: base64 === undefined ? body : { base64 },
      message_attributes: attributes,
      send_timestamp_millis: Number(message.sendTimestampMillis),
      available_at_millis: Number(message.availableAtMillis),
      visible_at_millis: Number(message.visibleAtMillis),
      receive_count: Number(message.receiveCount),
      message_group_id: groupId,
      sequence_number: sequenceNumber === undefined ? undefined : Number(sequenceNumber),
      partition,
    }),
  );
}

/** The lines of a file that decode writes; `queue_generation` is nobody's matter outside of it. */
function linesIn(text: string): Array<Record<string, unknown>> {
  return Buffer.from(text, 'latin1')
    .toString()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const { queue_generation: _, ...rest } = JSON.parse(line);
      return rest;
    });
}

test('queues and messages are read as decode writes them, in the same order, whatever a node holds', () => {
  fc.assert(
    fc.property(node, (rows) => {
      const { files } = decoded(rows, { preserveSqsVisibility: true });
      const path = join(folder, 'node.fsm');
      writeFileSync(path, snapshotBytes(rows.map(([key, value]) => ({ key, value: Buffer.from(value, 'latin1') }))));
      using snapshot = openSnapshot(path);
      const queues = [...sqsQueues(snapshot)].map(({ name }) => name);
      expect(Object.keys(files).filter((file) => file.endsWith('_queue.json'))).toEqual(
        queues.map((name) => `${name}/_queue.json`),
      );
      const all = [...sqsMessages(snapshot)];
      for (const name of queues) {
        const lines = linesIn(files[`${name}/messages.jsonl`] ?? '');
        expect(Array.from(sqsMessages(snapshot, name), lineOf)).toEqual(lines);
        expect(all.filter(({ queue }) => queue === name).map(lineOf)).toEqual(lines);
      }
      expect(all.filter(({ queue }) => !queues.includes(queue))).toEqual([]);
    }),
    { numRuns: RUNS },
  );
});
