import { spawnSync } from 'node:child_process';
import { lstatSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { UsageError } from '@ekv/snapshot';
import { refuseKind } from '@ekv/snapshot/publish';
import { makeFifo } from '@ekv/test-support/system-program';
import { plant, temporaryFolder } from '@ekv/test-support/temporary-folder';
import { beforeEach, describe, expect, test } from 'vitest';
import { decodeAllSnapshots } from '../decode/decode-all-snapshots.ts';
import { decodeSnapshot } from '../decode/decode-snapshot.ts';
import { NO_EXCLUSIONS, plantDump, REDIS } from '../dump.test-data.ts';
import { attempt, placesOf, publishRequest } from '../publish/publish-request.test-data.ts';

let folder: string;
let output: string;
beforeEach(() => {
  folder = temporaryFolder();
  output = join(folder, 'place/out.fsm');
  mkdirSync(join(folder, 'scratch'));
  mkdirSync(join(folder, 'place/inner'), { recursive: true });
  plantDump(join(folder, 'tree'));
});

const device = (path: string) => spawnSync('mknod', [path, 'c', '1', '3']).status === 0;

describe('what a snapshot does not take the place of is refused, exit 1: the message says what it is, and to name a file', () => {
  test.each<[string, string, () => void]>([
    ['a folder', 'is a folder', () => mkdirSync(output)],
    ['a FIFO', 'is a pipe (FIFO)', () => makeFifo(output)],
    ['a link to a folder', 'is a link to a folder', () => symlinkSync('inner', output)],
    [
      'a link to a FIFO',
      'is a link to a pipe (FIFO)',
      () => {
        makeFifo(join(folder, 'place/pipe'));
        symlinkSync('pipe', output);
      },
    ],
    [
      'a link to an open file, as /dev/stdout is, even when that is a regular file',
      'is a link to /proc/self/fd/0, an open file of a process',
      () => symlinkSync('/proc/self/fd/0', output),
    ],
    [
      'a link to a link to an open file',
      ', an open file of a process',
      () => {
        symlinkSync('/proc/self/fd/0', join(folder, 'place/first'));
        symlinkSync('first', output);
      },
    ],
  ])('%s', (_, what, make) => {
    make();
    const before = lstatSync(output);
    const { error } = attempt(publishRequest(folder));
    expect(error).toBeInstanceOf(UsageError);
    expect(error?.message).toContain(`the output ${output} is `);
    expect(error?.message.replace(/\/proc\/\d+/, '/proc/self')).toContain(what);
    expect(error?.message).toMatch(/; name a file$/);
    expect(lstatSync(output).ino).toBe(before.ino);
    expect(placesOf(output)).toMatchObject({ sidecar: 'none', temporaries: [] });
  });

  test('a device, and a link to one', (context) => {
    if (!device(output)) context.skip('devices cannot be made here');
    expect(() => refuseKind(output)).toThrow(/is a device; name a file$/);
    symlinkSync('out.fsm', join(folder, 'place/link'));
    expect(() => refuseKind(join(folder, 'place/link'))).toThrow(/is a link to a device; name a file$/);
    expect(lstatSync(output).isCharacterDevice()).toBe(true);
  });

  test('a socket', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(output, resolve));
    try {
      expect(() => refuseKind(output)).toThrow(/is a socket; name a file$/);
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
  });
});

test.each<[string, () => void]>([
  ['nothing', () => {}],
  ['a file', () => writeFileSync(output, '')],
  [
    'a link to a file',
    () => {
      plant(folder, { 'place/victim': '' });
      symlinkSync('victim', output);
    },
  ],
  ['a link to nothing', () => symlinkSync('nowhere', output)],
  ['a link to itself', () => symlinkSync('out.fsm', output)],
])('%s is replaced', (_, make) => {
  make();
  const isThere = lstatSync(output, { throwIfNoEntry: false }) !== undefined;
  expect(attempt(publishRequest(folder)).result).toMatchObject({ outcome: 'published', replaced: isThere });
});

describe('the word for a standard stream is no name of a file', () => {
  const decode = { adapters: REDIS, exclusions: NO_EXCLUSIONS, toolVersion: 'ekv/test' };

  test.each<[string, () => unknown, RegExp]>([
    [
      'the output of encode',
      () => attempt(publishRequest(folder, { output: '-' })).error,
      /--output -: standard output/,
    ],
    [
      'the output of decode',
      () => caught(() => decodeSnapshot({ ...decode, input: 'in.fsm', output: '-' })),
      /--output -: standard output/,
    ],
    [
      'the output of decode for many snapshots',
      () => caught(() => decodeAllSnapshots({ ...decode, folder, output: '-' })),
      /--output -: standard output/,
    ],
  ])('as %s it is refused, with a hint', (_, run, message) => {
    const error = run();
    expect(error).toBeInstanceOf(UsageError);
    expect((error as Error).message).toMatch(message);
    expect((error as Error).message).toMatch(/\(one that is called - is \.\/-\)$/);
  });
});

function caught(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    return error;
  }
}
