import { existsSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { replaceCall } from '@ekv/test-support/file-calls';
import { temporaryFolder } from '@ekv/test-support/temporary-folder';
import { expect, test } from 'vitest';
import { decodeSnapshotFolder } from '../decode/decode-snapshot-folder.ts';
import { NO_EXCLUSIONS, REDIS } from '../dump.test-data.ts';
import { plantSnapshot, snapshotPath } from './node-folder.test-data.ts';
import { IrregularSnapshotError } from './snapshot-folder.ts';

const [OLDER, NEWEST] = ['0000000000000010', '00000000000000a0'] as const;

test('a snapshot that becomes a link between the listing and its opening is refused, and no older one is taken', () => {
  const node = join(temporaryFolder(), 'node');
  for (const name of [OLDER, NEWEST]) plantSnapshot(node, name);
  const newest = snapshotPath(node, NEWEST);
  replaceCall('openSync', (original, ...args) => {
    if (args[0] === newest) {
      rmSync(newest, { force: true });
      symlinkSync(snapshotPath(node, OLDER), newest);
    }
    return original(...args);
  });
  const output = join(node, '../out');
  const request = { folder: node, output, adapters: REDIS, exclusions: NO_EXCLUSIONS, toolVersion: 'ekv/test' };
  expect(() => decodeSnapshotFolder({ ...request, tokenPatienceMs: 200 })).toThrow(IrregularSnapshotError);
  expect(existsSync(output)).toBe(false);
});
