import { mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EnvironmentError } from '@ekv/snapshot';
import { replaceCall, restoreCalls, systemError } from '@ekv/test-support/file-calls';
import { temporaryFolder } from '@ekv/test-support/temporary-folder';
import { beforeEach, describe, expect, test } from 'vitest';
import { plantDump } from '../dump.test-data.ts';
import { attempt, placesOf, plantOlder, publishRequest } from './publish-request.test-data.ts';

let folder: string;
let place: string;
beforeEach(() => {
  folder = temporaryFolder();
  place = join(folder, 'place');
  for (const name of ['scratch', 'place']) mkdirSync(join(folder, name));
  plantDump(join(folder, 'tree'));
});

const CALLS = ['lstatSync', 'renameSync', 'linkSync', 'openSync', 'writeSync', 'fsyncSync'] as const;

describe('whatever the system refuses is told in words, with the output or what lies beside it', () => {
  test.each(CALLS.map((call, at) => [call, ['ESTALE', 'EBUSY', 'ENOTDIR', 'ELOOP', 'EXDEV'][at % 5]!] as const))(
    'at any %s of a publication (%s)',
    (call, code) => {
      plantOlder(folder);
      let refused = 0;
      for (let turn = 0, isDone = false; !isDone && turn < 60; turn++) {
        let seen = 0;
        replaceCall(call, (original, ...args) => {
          const isHere = [args[0], args[1]].some((path) => String(path).startsWith(place));
          const isCounted = call === 'writeSync' || call === 'fsyncSync' || isHere;
          if (isCounted && seen++ === turn) throw systemError(code);
          return original(...args);
        });
        const { error } = attempt(publishRequest(folder));
        restoreCalls();
        isDone = seen <= turn;
        if (error === undefined) continue;
        refused++;
        expect(error).toBeInstanceOf(EnvironmentError);
        expect(error.message).toMatch(new RegExp(`^cannot [^:]+: .+ \\(${code}\\)`));
        expect(error.message).not.toContain('made by a test');
      }
      expect(refused).toBeGreaterThan(0);
    },
  );

  test('a code of Node itself is no other: what it says of a folder that is to be removed', () => {
    replaceCall('renameSync', () => {
      throw systemError('ERR_FS_EISDIR');
    });
    expect(attempt(publishRequest(folder)).error?.message).toMatch(/: it is a folder \(EISDIR\)$/);
  });
});

describe('a folder of the output that does not stay is told as such, with what to do', () => {
  const moved = () => join(folder, 'moved');
  test.each<[string, string, () => void]>([
    ['moved', 'moved or removed', () => {}],
    ['replaced by a link', 'put a link in the place of', () => symlinkSync(join(folder, 'scratch'), place)],
    ['replaced by a link to itself', 'put a link in the place of', () => symlinkSync(place, place)],
    ['replaced by a file', 'put a file in the place of', () => writeFileSync(place, '')],
    ['replaced by another folder', 'put another folder in the place of', () => mkdirSync(place)],
  ])('%s while the run works', (_, deed, put) => {
    plantOlder(folder);
    const { error } = attempt(publishRequest(folder, { selfTest: true }), () => {
      renameSync(place, moved());
      put();
    });
    expect(error).toBeInstanceOf(EnvironmentError);
    expect(error?.message).toBe(
      `another user or program ${deed} ${place}, the folder of the output, while this run worked, so nothing was put there; choose an output in a folder that stays, and run again`,
    );
    expect(placesOf(join(moved(), 'out.fsm'))).toMatchObject({ output: 'as before', sidecar: 'as before' });
  });
});
