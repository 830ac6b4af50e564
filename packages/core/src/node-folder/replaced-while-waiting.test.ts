import { closeSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { replaceCall } from '@ekv/test-support/file-calls';
import { plant, temporaryFolder } from '@ekv/test-support/temporary-folder';
import { expect, test } from 'vitest';
import { plantSnapshot, snapshotPath, tokenPath } from './node-folder.test-data.ts';
import { openAll } from './open-candidate.ts';
import { findSnapshotFolder } from './snapshot-folder.ts';

const NAME = '0000000000000010';

/** Opens a snapshot without a token; `then` happens when the token is looked for again. */
function openWithoutToken(then: (node: string) => void) {
  const node = join(temporaryFolder(), 'node');
  plantSnapshot(node, NAME);
  rmSync(tokenPath(node, NAME));
  const folder = findSnapshotFolder(node);
  let looks = 0;
  replaceCall('readdirSync', (original, ...args) => {
    if (String(args[0]) === folder.tokens && ++looks === 2) then(node);
    return original(...args);
  });
  const [opened] = openAll(folder, [NAME], 100);
  if (opened !== undefined && 'fd' in opened) closeSync(opened.fd);
  return opened;
}

test('a snapshot without a token that is replaced under its name had been on its way out: it vanished', () => {
  const replaced = openWithoutToken((node) => {
    plant(node, { 'fsm-snap/new': 'another file' });
    renameSync(join(node, 'fsm-snap/new'), snapshotPath(node, NAME));
  });
  expect(replaced).toMatchObject({ why: 'vanished' });
});

test('one that stays is waited for to the end, and has no token', () => {
  expect(openWithoutToken(() => {})).toMatchObject({ token: { state: 'missing' } });
});
