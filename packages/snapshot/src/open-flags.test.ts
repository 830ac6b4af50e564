import { closeSync, fstatSync, openSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { makeFifo } from '@ekv/test-support/system-program';
import { folderWith } from '@ekv/test-support/temporary-folder';
import { expect, test } from 'vitest';
import { READ_NO_LINK } from './open-flags.ts';

test('a file is opened, a link is refused, and a pipe without a writer is not waited for', () => {
  const folder = folderWith({ file: 'a' });
  symlinkSync('file', join(folder, 'link'));
  makeFifo(join(folder, 'pipe'));
  for (const name of ['file', 'pipe']) {
    const fd = openSync(join(folder, name), READ_NO_LINK);
    expect(fstatSync(fd).isFIFO()).toBe(name === 'pipe');
    closeSync(fd);
  }
  expect(() => openSync(join(folder, 'link'), READ_NO_LINK)).toThrow('ELOOP');
});
