import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { replaceCall } from '@ekv/test-support/file-calls';
import { temporaryFolder } from '@ekv/test-support/temporary-folder';
import { expect, test } from 'vitest';
import { plantDump } from '../dump.test-data.ts';
import { attemptGroups, groupsRequest, placed } from './groups-request.test-data.ts';

test('256 groups are written and tested together, 257 are refused', { timeout: 60_000 }, () => {
  // Nothing here is about the disk.
  replaceCall('fsyncSync', () => {});
  const folder = temporaryFolder();
  for (const name of ['scratch', 'place']) mkdirSync(join(folder, name));
  plantDump(join(folder, 'tree'));
  const bounds = (count: number) =>
    Array.from({ length: count }, (_, i) => {
      const bound = (at: number) => (at === 0 || at === count ? '' : `k${String(at).padStart(3, '0')}`);
      return `${bound(i)}:${bound(i + 1)}=${i + 1}`;
    }).join(',');
  const { result } = attemptGroups(groupsRequest(folder, { groups: bounds(256), selfTest: true }));
  expect(result?.outcome).toBe('groups published');
  expect(placed(folder).files).toHaveLength(512);
  const { error } = attemptGroups(groupsRequest(folder, { groups: bounds(257), output: join(folder, 'place/more') }));
  expect(error?.message).toBe('--groups and --partition-map name 257 groups; the most is 256');
});
