import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bareJsonLines } from './bare-json-lines.ts';
import { compareTrees } from './compare-trees.ts';
import { generateTree } from './generate-tree.ts';
import { scratchFolder } from './scratch-folder.test-data.ts';

const folder = scratchFolder();
const tree = generated('tree', 1);

function generated(name: string, seed: number): string {
  const target = join(folder, name);
  generateTree('sqs', target, { records: 400, valueBytes: 60, seed });
  return target;
}

const messages = (queue: string) =>
  readFileSync(join(tree, 'sqs', queue, 'messages.jsonl'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

test('a generated SQS tree has the same bytes for the same options, and others for another seed', () => {
  expect(compareTrees(tree, generated('again', 1)).differences).toBe(0);
  expect(compareTrees(tree, generated('other', 2)).differences).toBeGreaterThan(4);
});

test('a generated SQS tree has its messages in five queues, the numbers of a FIFO queue ascending', () => {
  const counts = readdirSync(join(tree, 'sqs')).map((queue) => [queue, messages(queue).length]);
  expect(Object.fromEntries(counts)).toEqual({
    'clicks.fifo': 40,
    'events.fifo': 100,
    'mail-jobs': 60,
    orders: 140,
    'payments.fifo': 60,
  });
  expect(messages('payments.fifo').map(({ sequence_number }) => sequence_number)).toEqual(
    Array.from({ length: 60 }, (_, i) => i + 1),
  );
});

test('all messages can be in one standard queue', () => {
  const target = join(folder, 'one');
  generateTree('sqs-queue', target, { records: 30, valueBytes: 60, seed: 1 });
  expect(readdirSync(join(target, 'sqs'))).toEqual(['orders']);
  expect(bareJsonLines(target).lines).toBe(30);
});

test('the bare program parses each line, wherever the blocks of a file end', () => {
  expect(bareJsonLines(tree).lines).toBe(400);
  const long = join(folder, 'long');
  mkdirSync(join(long, 'sqs/q'), { recursive: true });
  writeFileSync(join(long, 'sqs/q/messages.jsonl'), `{"a":"${'x'.repeat(3 << 20)}"}\n`.repeat(5));
  expect(bareJsonLines(long).lines).toBe(5);
});
