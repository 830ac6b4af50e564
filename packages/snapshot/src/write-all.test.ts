import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { replaceCall } from '@ekv/test-support/file-calls';
import { temporaryFolder } from '@ekv/test-support/temporary-folder';
import { expect, test } from 'vitest';
import { writeAll } from './write-all.ts';

test('no call gets more than a piece: a file may be larger than one call takes', () => {
  const path = join(temporaryFolder(), 'file');
  const bytes = Buffer.from(Array.from({ length: 100 }, (_, i) => i));
  const fd = openSync(path, 'w');
  const lengths: number[] = [];
  replaceCall('writeSync', (write, ...args) => {
    lengths.push(args[3] as number);
    return write(...args);
  });
  try {
    writeAll(fd, bytes, 33);
  } finally {
    closeSync(fd);
  }
  expect(lengths).toEqual([33, 33, 33, 1]);
  expect(readFileSync(path).equals(bytes)).toBe(true);
});
