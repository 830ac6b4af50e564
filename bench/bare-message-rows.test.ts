import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ScratchFolder, SnapshotWriter } from '@ekv/snapshot';
import { expect, test } from 'vitest';
import { bareMessageRows } from './bare-message-rows.ts';
import { scratchFolder } from './scratch-folder.test-data.ts';

const folder = scratchFolder();

function snapshotOf(rows: ReadonlyArray<readonly [key: Buffer, value: string]>): string {
  const scratch = new ScratchFolder();
  const writer = new SnapshotWriter({ lastCommitTs: 1n, scratch });
  for (const [key, value] of rows) writer.add(key, Buffer.from(value, 'latin1'));
  const blocks: Uint8Array[] = [];
  writer.writeTo({ write: (bytes) => void blocks.push(Buffer.from(bytes)) });
  scratch.remove();
  const path = join(folder, 'a.fsm');
  writeFileSync(path, Buffer.concat(blocks));
  return path;
}

function message(id: string, body: string): string {
  const fields = { message_id: id, body: Buffer.from(body).toString('base64'), queue_generation: 1 };
  return `\0SM\x01${JSON.stringify(fields)}`;
}

test('the bare program writes a line for each message, and nothing for other rows, wherever the blocks of a file end', () => {
  const long = 'x'.repeat(1 << 20);
  const partitioned = Buffer.concat([Buffer.from('!sqs|msg|data|p|cQ|'), Buffer.of(0, 0, 0, 3), Buffer.alloc(8)]);
  const output = join(folder, 'lines');
  const path = snapshotOf([
    [Buffer.from('!sqs|msg|byage|cQ'), 'a'],
    ...['a', 'b', 'c', 'd', 'e', 'f'].map((id) => [Buffer.from(`!sqs|msg|data|cQ${id}`), message(id, long)] as const),
    [partitioned, message('p', 'short')],
  ]);
  expect(bareMessageRows(path, output).lines).toBe(7);
  const lines = readFileSync(output, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines.map(({ message_id, partition }) => [message_id, partition]).sort()).toEqual([
    ...['a', 'b', 'c', 'd', 'e', 'f'].map((id) => [id, undefined]),
    ['p', 3],
  ]);
  expect(lines[0].body).toBe(long);
});
