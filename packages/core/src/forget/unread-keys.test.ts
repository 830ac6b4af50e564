import { type Entry, writeSnapshot } from '@ekv/test-support/node-file';
import { describe, expect, test } from 'vitest';
import { entriesIn, ForgetPlace } from './forget.test-support.ts';
import { lockValue } from './lock.test-data.ts';

const FORGOTTEN: Entry = { key: '!redis|str|a', value: Buffer.from('\xff\x01\0v', 'latin1') };

/** What is said of keys that stay. */
function said(entries: readonly Entry[]) {
  const place = new ForgetPlace();
  writeSnapshot(place.input, [FORGOTTEN, ...entries]);
  const { warnings } = place.forgotten({ selection: { match: ['redis/a'] } });
  expect(entriesIn(place.output)).toHaveLength(entries.length);
  return warnings.filter(({ event }) => event === 'forget_unknown_rows');
}

const value = Buffer.from('?');

describe('keys of which nobody can say what they hold', () => {
  test('are told, those of no known kind and those that break the format of theirs', () => {
    const unknown = ['plain', '!later|x', '!fs|inode|1', '!txn|lock|!later|x'];
    const malformed = [
      '!hs|meta|\0\0\0\x09ab',
      '!st|mem|',
      '!ddb|item|t|1',
      '!ddb|item|dA|1|no end of a part',
      '!s3|obj|head|no end of a part',
      '!sqs|queue|meta|*',
      '!sqs|msg|data|cQ',
      '!txn|cmt|1234567',
      '!txn|meta|x',
      '!txn|int|!hs|meta|\0\0\0\x09ab',
    ];
    const entries = [...unknown, ...malformed].map((key) => ({ key, value }));
    expect(said(entries)).toEqual([
      {
        event: 'forget_unknown_rows',
        message: `${unknown.length} keys are of no known kind, ${malformed.length} keys break the format of their kind: they stay as they are, and what they hold is not known`,
        fields: { count: unknown.length + malformed.length, unknown: unknown.length, malformed: malformed.length },
        doubt: true,
      },
    ]);
  });

  test.each<[string, Entry]>([
    ['an index row whose value names no item', { key: '!ddb|gsi|dA|1|aQ|x\0\x01y\0\x01z\0\x01', value }],
    ['a deduplication row whose value names no message', { key: `!sqs|msg|dedup|cQ|${'\0'.repeat(8)}ZA`, value }],
    ['a lock whose value breaks its format', { key: '!txn|lock|!redis|str|b', value }],
  ])('are told when only the value says it: %s', (_, entry) => {
    expect(said([entry]).map(({ fields }) => fields)).toEqual([{ count: 1, unknown: 0, malformed: 1 }]);
  });

  test.each<[string, Entry]>([
    ['a row of the cluster', { key: '!dist|meta|version', value }],
    ['a lock on one', { key: '!txn|lock|!dist|meta|version', value: lockValue('!dist|meta|version') }],
    ['a key of another', { key: '!redis|str|b', value }],
    ['a marker', { key: '!redis|route|b', value }],
    ['a definition', { key: '!ddb|meta|table|dA', value }],
    ['a content that nobody named', { key: `!s3|chunkblob|${'0'.repeat(64)}`, value }],
    ['a deletion of an index row', { key: '!ddb|gsi|dA|1|aQ|x\0\x01y\0\x01z\0\x01', isDeletion: true }],
  ])('are not: %s', (_, entry) => {
    expect(said([entry])).toEqual([]);
  });
});
