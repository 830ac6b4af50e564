import { closeSync, ftruncateSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { encodedTree, queue, withTree } from './encoded.test-data.ts';

/** Memory of the process, bytes. */
const held = () => process.memoryUsage.rss();

test('a line longer than a message can be is refused with file and line', () => {
  withTree(queue('', '{"message_id":"a"}', `{"body":"${'x'.repeat(65 << 20)}`), (root) => {
    expect(() => encodedTree(root)).toThrow(/sqs\/q\/messages\.jsonl:2: a value is longer than 67108864 bytes/);
  });
});

test('a hole in a file is refused with file and line, and is not held whole', () => {
  withTree(queue('', '{"message_id":"a"}', ''), (root) => {
    const fd = openSync(join(root, 'sqs/q/messages.jsonl'), 'r+');
    // A hole: the file takes no room, but reads as a gibibyte of zeros.
    ftruncateSync(fd, 1 << 30);
    closeSync(fd);
    const before = held();
    expect(() => encodedTree(root)).toThrow(/sqs\/q\/messages\.jsonl:2: a NUL byte is in no JSON text/);
    expect(held() - before).toBeLessThan(400 << 20);
  });
});
