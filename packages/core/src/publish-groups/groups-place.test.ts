import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EnvironmentError, UsageError } from '@ekv/snapshot';
import { failWrites, replaceCall, restoreCalls, systemError } from '@ekv/test-support/file-calls';
import { picture, plant, temporaryFolder } from '@ekv/test-support/temporary-folder';
import { beforeEach, describe, expect, test } from 'vitest';
import { plantDump } from '../dump.test-data.ts';
import { groupsCleanUp } from './groups-clean-up.ts';
import { attemptGroups, groupsRequest, placed } from './groups-request.test-data.ts';

const ALL = ['group-1.fsm', 'group-1.fsm.encode_info.json', 'group-2.fsm', 'group-2.fsm.encode_info.json'];

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
  for (const name of ['scratch', 'place']) mkdirSync(join(folder, name));
  plantDump(join(folder, 'tree'), { 'redis/db_0/strings/a.bin': 'one', 'redis/db_0/strings/z.bin': 'two' });
});

describe('an output that holds something stays as it is', () => {
  test.each<[string, string, () => void]>([
    ['a file', 'is not a folder', () => plant(folder, { 'place/out': 'mine' })],
    ['a folder with a file', 'is not empty', () => plant(folder, { 'place/out/f': 'mine' })],
    ['a dump', 'is not empty', () => plantDump(join(folder, 'place/out'))],
    ['a symlink', 'is a symlink', () => symlinkSync('elsewhere', join(folder, 'place/out'))],
  ])('%s', (_, says, make) => {
    make();
    const before = picture(join(folder, 'place'));
    const { error } = attemptGroups(groupsRequest(folder));
    expect(error).toBeInstanceOf(UsageError);
    expect(error?.message).toContain(says);
    expect(picture(join(folder, 'place'))).toEqual(before);
  });
});

test('an output inside the tree, or inside a dump, is refused', () => {
  expect(attemptGroups(groupsRequest(folder, { output: join(folder, 'tree/out') })).error?.message).toContain(
    'lies inside',
  );
  plantDump(join(folder, 'place'));
  expect(attemptGroups(groupsRequest(folder)).error?.message).toContain('lies inside a dump');
});

test('a folder that must stay itself is refused, as the files could not appear together', () => {
  mkdirSync(join(folder, 'place/out'));
  const before = process.cwd();
  process.chdir(join(folder, 'place/out'));
  try {
    expect(attemptGroups(groupsRequest(folder)).error?.message).toContain('could not appear together');
    expect(placed(folder)).toEqual({ beside: ['out'], files: [] });
  } finally {
    process.chdir(before);
  }
});

describe('when the machine refuses, nothing is published and nothing is left', () => {
  test.each(['group-1.fsm', 'group-2.fsm', 'group-2.fsm.encode_info.json'])('a full disk at %s', (name) => {
    failWrites(name, 'ENOSPC');
    const { error } = attemptGroups(groupsRequest(folder, { selfTest: true }));
    restoreCalls();
    expect(error).toBeInstanceOf(EnvironmentError);
    expect(error?.message).toContain('no space left on the device (ENOSPC)');
    expect(error?.message).toContain(join(folder, 'place/out', name));
    expect(placed(folder)).toEqual({ beside: [], files: [] });
  });

  test.each(['openSync', 'fsyncSync', 'renameSync', 'mkdirSync'] as const)('any %s of a run', (call) => {
    let refused = 0;
    for (let turn = 0, isDone = false; !isDone; turn++) {
      let seen = 0;
      replaceCall(call, (original, ...args) => {
        const isHere =
          call === 'fsyncSync' || [args[0], args[1]].some((path) => /place|\/proc\/self\/fd/.test(String(path)));
        if (isHere && seen++ === turn) throw systemError('EDQUOT');
        return original(...args);
      });
      const { error, result } = attemptGroups(groupsRequest(folder, { output: join(folder, `place/out`) }));
      restoreCalls();
      isDone = seen <= turn;
      if (error !== undefined) {
        refused++;
        expect(error).toBeInstanceOf(EnvironmentError);
        expect(placed(folder)).toEqual({ beside: [], files: [] });
      } else {
        // A lock that cannot be made with a link is made without, and what only looks may fail.
        expect(result?.outcome).toBe('groups published');
        isDone = true;
      }
    }
    expect(refused).toBeGreaterThan(0);
  });

  test('a folder in which nothing can be made', () => {
    if (process.geteuid?.() === 0) return;
    chmodSync(join(folder, 'place'), 0o500);
    expect(attemptGroups(groupsRequest(folder)).error).toBeInstanceOf(EnvironmentError);
    chmodSync(join(folder, 'place'), 0o700);
  });
});

describe('after a kill', () => {
  const PROGRAM = fileURLToPath(new URL('./killed-groups.test-data.ts', import.meta.url));
  const runId = '0123456789abcdef';
  const killed = (moment: 'before' | 'after') =>
    spawnSync(process.execPath, ['--no-warnings', PROGRAM, folder, runId, moment], { encoding: 'utf8' });

  test('before the rename there is no output, what is left goes with the clean-up, or with a later run that removes leftovers', () => {
    const { signal, stderr } = killed('before');
    expect(signal, stderr).toBe('SIGKILL');
    expect(placed(folder).files).toEqual([]);
    expect(placed(folder).beside).toHaveLength(3);
    const { result, warnings } = attemptGroups(groupsRequest(folder, { removeLeftovers: true }));
    expect(result?.outcome).toBe('groups published');
    expect(warnings.map(({ event }) => event)).toEqual(['leftovers_removed']);
    expect(placed(folder)).toEqual({ beside: ['out'], files: ALL });
  });

  test('after the rename all files are there, and the clean-up leaves them', () => {
    const { signal, stderr } = killed('after');
    expect(signal, stderr).toBe('SIGKILL');
    expect(placed(folder).files).toEqual(ALL);
    groupsCleanUp({ output: join(folder, 'place/out'), runId })();
    expect(placed(folder)).toEqual({ beside: ['out'], files: ALL });
  });
});
