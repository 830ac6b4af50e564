import { appendFileSync, closeSync, openSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EnvironmentError } from '@ekv/snapshot';
import { folderWith } from '@ekv/test-support/temporary-folder';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { unchangedInput } from './unchanged-input.ts';

const TIME = 1_700_000_000;

let path: string;
let fd: number;
let check: () => void;
beforeEach(() => {
  path = join(folderWith({ 'in.fsm': 'bytes' }), 'in.fsm');
  utimesSync(path, TIME, TIME);
  fd = openSync(path, 'r');
  check = unchangedInput(fd, 'in.fsm');
});
afterEach(() => closeSync(fd));

test.each<[string, () => void]>([
  ['bytes of the same number', () => writeFileSync(path, 'BYTES')],
  [
    'bytes at its end, and then its older time,',
    () => {
      appendFileSync(path, '!');
      utimesSync(path, TIME, TIME);
    },
  ],
])('a file that got %s while it was read is refused', (_, change) => {
  change();
  expect(check).toThrow(EnvironmentError);
  expect(check).toThrow('in.fsm was written to while it was read');
});

test.each<[string, () => void]>([
  ['was left alone', () => {}],
  ['was removed', () => rmSync(path)],
  [
    'was replaced',
    () => {
      writeFileSync(`${path}.new`, 'other bytes');
      renameSync(`${path}.new`, path);
    },
  ],
])('a file that %s is as it was for who has it open', (_, change) => {
  change();
  expect(check).not.toThrow();
});

test('what is no file is not compared: a folder, a pipe', () => {
  const folder = openSync(join(path, '..'), 'r');
  const look = unchangedInput(folder, 'folder');
  writeFileSync(`${path}.new`, '');
  expect(look).not.toThrow();
  closeSync(folder);
});
