import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { InputTree } from '@ekv/dump-tree';
import { ScratchFolder, type Warning } from '@ekv/snapshot';
import { expect, test } from 'vitest';
import { encoded, encodedTree, queue, refusal, USABLE, withTree } from './encoded.test-data.ts';
import { encodeSqs } from './index.ts';

const settings = (name: string, more = '') => `{"format_version":1,"name":"${name}"${USABLE}${more}}`;

/** Encodes a tree in which a folder becomes a file after the first row: it cannot be listed any more. */
function changedWhileRead(files: Record<string, string>, folder: string): string {
  return withTree(files, (root) => {
    const rows = encodeSqs(new InputTree(root), { warn: () => {}, scratch: new ScratchFolder(root) });
    rows.next();
    rmSync(join(root, folder), { recursive: true });
    writeFileSync(join(root, folder), '');
    try {
      for (const _ of rows);
    } catch (error) {
      return (error as Error).message.replaceAll(`${root}/`, '');
    }
    throw new Error('nothing was refused');
  });
}

test('a folder that cannot be listed is told with the other problems of the tree', () => {
  const files = { 'a/_queue.json': settings('a'), 'b/_queue.json': settings('b'), 'c/_queue.json': '[]' };
  const [count, ...problems] = changedWhileRead(files, 'sqs/b').split('\n');
  expect(count).toBe('2 problems:');
  expect(problems[0]).toMatch(/sqs\/b must be a folder/);
  expect(problems[1]).toMatch(/sqs\/c\/_queue\.json:1:1/);
});

test.each([1, 64])('fields that mean nothing are told before the problems are, also when there are %i', (count) => {
  const warnings: Warning[] = [];
  const wrong = Object.fromEntries(Array.from({ length: count }, (_, i) => [`b${i}/_queue.json`, '[]']));
  withTree({ 'a/_queue.json': settings('a', ',"tags":{}'), ...wrong }, (root) => {
    const warn = (warning: Warning) => warnings.push(warning);
    const rows = encodeSqs(new InputTree(root), { warn, scratch: new ScratchFolder(root) });
    expect(() => [...rows]).toThrow(/sqs\/b/);
  });
  expect(warnings.map(({ event, fields }) => [event, fields.field])).toEqual([['unknown_field', 'tags']]);
});

test.each(['_queue.json', 'messages.jsonl'])('a folder in the place of %s is refused, whatever is in it', (name) => {
  withTree({ 'q/_queue.json': settings('q'), 'r/_queue.json': settings('r') }, (root) => {
    rmSync(join(root, 'sqs/q', name), { force: true });
    mkdirSync(join(root, 'sqs/q', name));
    writeFileSync(join(root, 'sqs/q', name, 'content'), '{}');
    expect(() => encodedTree(root)).toThrow(new RegExp(`sqs/q/${name} must be a regular file, it is a folder`));
  });
});

test('a file in the place of a queue folder is left out with a warning that weighs loss', () => {
  const { rows, warnings } = encoded({ ...queue(USABLE), r: settings('r') });
  expect(rows.filter(([key]) => key.startsWith('!sqs|queue|meta|'))).toHaveLength(1);
  expect(warnings).toMatchObject([{ event: 'stray_files', loss: true, message: expect.stringContaining('sqs/r') }]);
});

test('a file in the place of all queues is refused', () => {
  withTree({}, (root) => {
    writeFileSync(join(root, 'sqs'), '');
    expect(() => encodedTree(root)).toThrow(/sqs must be a folder/);
  });
});

test('a queue folder that is empty, or has messages alone, is refused', () => {
  expect(refusal({ 'q/messages.jsonl': '' })).toMatch(/^sqs\/q\/_queue\.json is missing$/);
  withTree({}, (root) => {
    mkdirSync(join(root, 'sqs/q'), { recursive: true });
    expect(() => encodedTree(root)).toThrow(/sqs\/q\/_queue\.json is missing/);
  });
});
