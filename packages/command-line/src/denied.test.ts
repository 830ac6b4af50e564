import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { environmentError } from '@ekv/snapshot';
import { temporaryFolder } from '@ekv/test-support/temporary-folder';
import { afterEach, expect, test } from 'vitest';
import { failureOf } from './failure.ts';

const NOBODY = 65534;
/** Nothing is denied to root. */
const IS_ROOT = process.getuid?.() === 0;
const USER = IS_ROOT ? NOBODY : process.getuid!();

const PROGRAM = `
  import * as fs from 'node:fs';
  import { environmentError } from '${import.meta.resolve('@ekv/snapshot')}';
  import { failureOf } from '${new URL('./failure.ts', import.meta.url)}';
  const [call, ...args] = process.argv.slice(1);
  try {
    fs[call](...args);
  } catch (error) {
    process.stdout.write(failureOf(environmentError(error, 'use', 'the place')).message);
  }`;

/** What a call says to a user who is not root. */
function denied(call: string, ...args: string[]): string {
  const words = ['--no-warnings', '--input-type=module', '-e', PROGRAM, '--', call, ...args];
  return execFileSync(process.execPath, words, { encoding: 'utf8', cwd: '/', ...(IS_ROOT ? { uid: NOBODY } : {}) });
}

let locked: string[] = [];
afterEach(() => {
  for (const path of locked) chmodSync(path, 0o700);
  locked = [];
});

/** A folder with a closed file, a closed folder, and a folder in which nothing can be made. */
function place(): string {
  const root = temporaryFolder();
  chmodSync(root, 0o755);
  writeFileSync(join(root, 'file'), '');
  for (const folder of ['closed', 'fixed']) mkdirSync(join(root, folder));
  writeFileSync(join(root, 'fixed/a'), '');
  for (const [name, mode] of [
    ['file', 0],
    ['closed', 0],
    ['fixed', 0o555],
  ] as const) {
    chmodSync(join(root, name), mode);
    locked.push(join(root, name));
  }
  return root;
}

test.each([
  ['a file that may not be read', 'readFileSync', ['file'], 'file', '0000'],
  ['a file that may not be written', 'writeFileSync', ['file', 'x'], 'file', '0000'],
  ['a folder that may not be listed', 'readdirSync', ['closed'], 'closed', '0000'],
  ['a file below a folder that lets nobody pass', 'readFileSync', ['closed/b/c'], 'closed', '0000'],
  ['a new file', 'writeFileSync', ['fixed/new', 'x'], 'fixed', '0555'],
  ['a new folder', 'mkdirSync', ['fixed/new'], 'fixed', '0555'],
  ['a file that may not be removed', 'unlinkSync', ['fixed/a'], 'fixed', '0555'],
  ['a file that may not be moved away', 'renameSync', ['fixed/a', 'other'], 'fixed', '0555'],
])(
  'of %s the message names what refuses, its owner and mode, and who runs this',
  (_, call, [first, ...more], at, mode) => {
    const root = place();
    const args = [join(root, first!), ...more.map((name) => (name === 'x' ? name : join(root, name)))];
    expect(denied(call, ...args)).toBe(
      `cannot use the place: permission denied (EACCES); ${join(root, at)} belongs to the user ${process.getuid!()} and has the mode ${mode}, and this runs as the user ${USER}: change its owner or mode, or run this as a user who may`,
    );
  },
);

test.each([{}, { path: temporaryFolder() }])('where nothing is seen to refuse, nothing is claimed: %j', (more) => {
  const error = Object.assign(new Error('raw'), { code: 'EACCES', syscall: 'open', ...more });
  expect(failureOf(environmentError(error, 'read', 'x')).message).toBe('cannot read x: permission denied (EACCES)');
});
