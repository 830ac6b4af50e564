import { lstatSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { EnvironmentError } from '@ekv/snapshot';
import { outputPathsOf, publishPair } from '@ekv/snapshot/publish';
import { replaceCall, restoreCalls, systemError } from '@ekv/test-support/file-calls';
import { plant, temporaryFolder } from '@ekv/test-support/temporary-folder';
import { beforeEach, expect, test } from 'vitest';
import { plantDump } from '../dump.test-data.ts';
import { attempt, OLDER, placesOf, plantOlder, publishRequest } from './publish-request.test-data.ts';

const CALLS = ['openSync', 'writeSync', 'fsyncSync', 'closeSync', 'linkSync', 'renameSync'] as const;

/** Lets one call fail: the n-th, counted from 0, of those that write, flush or rename. @returns what counts them. */
function failCall(n: number): () => number {
  let calls = 0;
  for (const name of CALLS) {
    replaceCall(name, (original, ...args) => {
      if (calls++ === n) throw systemError('EIO');
      return original(...args);
    });
  }
  return () => calls;
}

test.each([true, false])(
  'whichever call of a publication fails, both places are as before or both are new (older files there: %s)',
  { timeout: 60_000 },
  (isThere) => {
    const seen = { failed: 0, published: 0 };
    for (let n = 0; ; n++) {
      const folder = temporaryFolder();
      plantDump(join(folder, 'tree'));
      mkdirSync(join(folder, 'place'));
      if (isThere) plantOlder(folder);
      const callsMade = failCall(n);
      const { error } = attempt(publishRequest(folder));
      const isComplete = callsMade() <= n;
      restoreCalls();
      const { output, sidecar, temporaries } = placesOf(join(folder, 'place/out.fsm'));
      const before = isThere ? 'as before' : 'none';
      const wanted = error === undefined ? 'new' : before;
      expect({ output, sidecar, temporaries }, `call ${n}: ${error?.message}`).toEqual({
        output: wanted,
        sidecar: wanted,
        temporaries: [],
      });
      seen[error === undefined ? 'published' : 'failed']++;
      if (isComplete) break;
    }
    expect(seen.failed).toBeGreaterThan(10);
    expect(seen.published).toBeGreaterThan(0);
  },
);

const RUN = '0123456789abcdef';
let output: string;
beforeEach(() => {
  const folder = temporaryFolder();
  output = join(folder, 'place/out.fsm');
  plantOlder(folder);
  plant(folder, {
    [`place/out.fsm.tmp-${RUN}`]: 'new snapshot',
    [`place/out.fsm.encode_info.json.tmp-${RUN}`]: 'new sidecar',
  });
});

/** Lets the n-th call of one function fail, counted from 1. */
function failOne(name: (typeof CALLS)[number], n: number): void {
  let calls = 0;
  replaceCall(name, (original, ...args) => {
    if (++calls === n) throw systemError('EIO');
    return original(...args);
  });
}

test('the snapshot and its sidecar take their places, and nothing else stays', () => {
  publishPair(outputPathsOf(output), RUN, () => {});
  expect(readFileSync(output, 'latin1')).toBe('new snapshot');
  expect(readFileSync(`${output}.encode_info.json`, 'latin1')).toBe('new sidecar');
  expect(placesOf(output)).toMatchObject({ temporaries: [] });
  expect(lstatSync(output).nlink).toBe(1);
});

test.each<[string, (typeof CALLS)[number], number]>([
  ['the second rename', 'renameSync', 2],
  ['the last flush of the folder', 'fsyncSync', 1],
])('when %s fails both are as before', (_, name, n) => {
  failOne(name, n);
  expect(() => publishPair(outputPathsOf(output), RUN, () => {})).toThrow(EnvironmentError);
  restoreCalls();
  expect(placesOf(output)).toMatchObject({ output: 'as before', sidecar: 'as before' });
  expect(placesOf(output).temporaries).not.toContain(`out.fsm.old.tmp-${RUN}`);
  expect(lstatSync(output).nlink).toBe(1);
});

test('a link at the output is put back as the link it was', () => {
  const target = join(output, '../victim');
  plant(join(output, '..'), { victim: OLDER.output });
  const link = join(output, '../link.fsm');
  symlinkSync('victim', link);
  plant(join(output, '..'), {
    [`link.fsm.tmp-${RUN}`]: 'new snapshot',
    [`link.fsm.encode_info.json.tmp-${RUN}`]: 'new sidecar',
  });
  failOne('renameSync', 2);
  expect(() => publishPair(outputPathsOf(link), RUN, () => {})).toThrow(EnvironmentError);
  restoreCalls();
  expect(placesOf(link)).toMatchObject({ output: 'link', sidecar: 'none' });
  expect(readFileSync(target, 'latin1')).toBe(OLDER.output);
});

test('on a file system without hard links a failure leaves no snapshot that its sidecar does not speak of', () => {
  replaceCall('linkSync', () => {
    throw systemError('EPERM');
  });
  failOne('renameSync', 2);
  expect(() => publishPair(outputPathsOf(output), RUN, () => {})).toThrow(EnvironmentError);
  restoreCalls();
  expect(placesOf(output)).toMatchObject({ output: 'none', sidecar: 'as before' });
});
