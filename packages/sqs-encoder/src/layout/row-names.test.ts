import { join } from 'node:path';
import { type RowOrRows, writeSnapshot } from '@ekv/snapshot';
import { temporaryFolder } from '@ekv/test-support/temporary-folder';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { queueRecords } from '../index.ts';
import { SQS_FAMILIES } from './families.ts';
import { sqsRowName } from './row-names.ts';

const SENT = { body: 'x', sendTimestampMillis: 1795417864468n };
const FIFO = { name: 'q.fifo', fifo: true, partitionCount: 2 };

test.each<[string, () => RowOrRows[]]>([
  ['the SQS queue "q"', () => [queueRecords({ name: 'q' }, []), queueRecords({ name: 'q' }, [])]],
  [
    'the message "2456244800cc75f6b2a7f231818dee7f" of the SQS queue "q"',
    () => [
      queueRecords(
        { name: 'q' },
        [1n, 2n].map((later) => ({
          ...SENT,
          id: '2456244800cc75f6b2a7f231818dee7f',
          sendTimestampMillis: SENT.sendTimestampMillis + later,
        })),
      ),
    ],
  ],
  [
    'the message "m" of the SQS queue "q"',
    () => [
      queueRecords(
        { name: 'q' },
        [1, 2].map(() => ({ ...SENT, id: 'm' })),
      ),
    ],
  ],
  [
    'the message "m" of the SQS queue "q.fifo"',
    () => [
      queueRecords(
        FIFO,
        [1n, 2n].map((sequenceNumber) => ({ ...SENT, id: 'm', groupId: 'g', deduplicationId: 'd', sequenceNumber })),
      ),
    ],
  ],
])('what is given twice is named in the words of the caller: %s', async (name, rows) => {
  await expect(writeSnapshot(join(temporaryFolder(), 'a.fsm'), rows())).rejects.toThrow(
    `: ${name} was given twice; give it once`,
  );
});

test('any bytes after a prefix have a name or none', () => {
  fc.assert(
    fc.property(fc.constantFrom(...SQS_FAMILIES), fc.uint8Array(), (family, rest) => {
      sqsRowName(Buffer.concat([Buffer.from(family), rest]));
    }),
  );
});
