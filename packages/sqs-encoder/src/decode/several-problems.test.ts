import { TreeProblemsError, type TreeSink } from '@ekv/dump-tree';
import { RowError } from '@ekv/snapshot';
import { expect, test } from 'vitest';
import { decoded, generationRow, messageRow, queueRow, seg, u64 } from './decoded.test-data.ts';
import { decodeSqs } from './index.ts';
import { type NodeRow, withNodeFile } from './node-file.test-data.ts';

const MESSAGE = '{"message_id":"m","body":"eA=="}';
const WHOLE = [queueRow('q'), messageRow('q', 'm', MESSAGE)];

/** What decode throws. */
function thrown(rows: readonly NodeRow[], includeSideRecords = false): unknown {
  try {
    decoded(rows, { includeSideRecords });
  } catch (error) {
    return error;
  }
  return undefined;
}

const DAMAGED: ReadonlyArray<readonly [key: string, row: NodeRow]> = [
  ['!sqs|queue|meta|', queueRow('r', '{')],
  ['!sqs|queue|meta|', queueRow('..')],
  ['!sqs|queue|gen|', generationRow('r', 'x')],
  ['!sqs|msg|data|', messageRow('q', 'n', '{')],
  ['!sqs|msg|data|', messageRow('q', 'o', '{"message_id":5}')],
  ['!sqs|msg|dedup|', ['!sqs|msg|dedup|', '']],
];

test('all rows that break a rule are thrown together, each with its offset and key', () => {
  const error = thrown([...WHOLE, ...DAMAGED.map(([, row]) => row)], true) as TreeProblemsError;
  expect(error).toBeInstanceOf(TreeProblemsError);
  expect(error.complete).toBe(true);
  expect(error.problems).toHaveLength(DAMAGED.length);
  for (const [i, [family]] of DAMAGED.entries()) {
    expect(error.problems[i]).toMatch(/^entry at offset \d+, key /);
    expect(error.problems[i]).toContain(family);
  }
});

test.each(DAMAGED)('a single one, of the family %s, is thrown as itself', (_, row) => {
  expect(thrown([...WHOLE, row], true)).toBeInstanceOf(RowError);
});

test('two queues with one folder do not keep the rows after them from being looked at', () => {
  const rows = ['YQ', 'YR'].map((part): NodeRow => [`!sqs|queue|meta|${part}`, '\0SQ\x01{"name":"a"}']);
  const { problems } = thrown([...rows, messageRow('a', 'n', '{')]) as TreeProblemsError;
  expect(problems).toMatchObject([
    expect.stringMatching(/two queues cannot share a folder/),
    expect.stringMatching(/!sqs\|msg\|data/),
  ]);
});

test('all queues whose folder side records without a queue would need are told together, each once', () => {
  const rows = ['a', 'b'].flatMap((gone) => [
    queueRow(`${seg(gone)}.orphan`),
    [`!sqs|msg|vis|${seg(gone)}${u64(1n, 5n)}bQ`, 'm'] as const,
    [`!sqs|msg|vis|${seg(gone)}${u64(1n, 5n)}bg`, 'n'] as const,
  ]);
  expect(thrown(rows, true)).toMatchObject({
    problems: [expect.stringMatching(/YQ\.orphan/), expect.stringMatching(/Yg\.orphan/)],
  });
});

test('no queue is written when a row was refused', () => {
  const written: string[] = [];
  const sink = { file: (path: string) => written.push(path), lines: (path: string) => written.push(path) };
  const rows = [...WHOLE, messageRow('q', 'n', '{')];
  expect(() =>
    withNodeFile(rows, (snapshot, scratch) =>
      decodeSqs(snapshot, sink as unknown as TreeSink, { scratch, warn: () => {} }),
    ),
  ).toThrow(RowError);
  expect(written).toEqual([]);
});

test('at 64 problems the search ends', () => {
  const rows = Array.from({ length: 70 }, (_, i) => messageRow('q', `m${i}`, '{'));
  expect(thrown(rows)).toMatchObject({ complete: false, problems: { length: 64 } });
});
