import { hash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { EnvironmentError } from '@ekv/snapshot';
import { holdsPublishLock, removePublishLock, withPublishLock } from '@ekv/snapshot/publish';
import { replaceCall, restoreCalls, systemError } from '@ekv/test-support/file-calls';
import { startProcess } from '@ekv/test-support/other-process';
import { makeFifo } from '@ekv/test-support/system-program';
import { temporaryFolder } from '@ekv/test-support/temporary-folder';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { plantDump } from '../dump.test-data.ts';
import { sidecarOf } from './publish-request.test-data.ts';

const LOCK_HOLDER = new URL('./lock-holder.test-data.ts', import.meta.url);
const LOCK_FILLER = new URL('./lock-filler.test-data.ts', import.meta.url);
const PUBLISHING_PROGRAM = new URL('./publishing-program.test-data.ts', import.meta.url);
const RUN = '0123456789abcdef';
/** So long a lock is waited for. */
const GIVE_UP_MS = 30_000;
const OTHER_RUN = 'fedcba9876543210';

let folder: string;
let output: string;
let lock: string;
beforeEach(() => {
  folder = temporaryFolder();
  output = join(folder, 'out.fsm');
  lock = `${output}.lock`;
});
afterEach(() => vi.restoreAllMocks());

/** A process that is gone. */
async function deadPid(): Promise<number> {
  const { child, said, ended } = startProcess(LOCK_HOLDER, join(folder, 'dead.fsm'), OTHER_RUN, '60000');
  await said;
  child.kill('SIGKILL');
  await ended.catch(() => {});
  return child.pid!;
}

test('the lock is there while the work is done, tells its holder, and is gone afterwards', () => {
  const held = withPublishLock(output, RUN, () => {
    expect(holdsPublishLock(output, RUN)).toBe(true);
    expect(holdsPublishLock(output, OTHER_RUN)).toBe(false);
    return readFileSync(lock, 'latin1');
  });
  expect(held).toMatch(new RegExp(`^${hostname()} ${process.pid} \\S+ ${RUN}\n$`));
  expect(readdirSync(folder)).toEqual([]);
});

test('the lock is gone after work that failed, too', () => {
  expect(() =>
    withPublishLock(output, RUN, () => {
      throw new Error('no');
    }),
  ).toThrow('no');
  expect(readdirSync(folder)).toEqual([]);
});

test('a lock that another run took over meanwhile is not removed', () => {
  const other = `elsewhere 1 - ${OTHER_RUN}\n`;
  withPublishLock(output, RUN, () => writeFileSync(lock, other));
  expect(readFileSync(lock, 'latin1')).toBe(other);
  removePublishLock(output, RUN);
  expect(existsSync(lock)).toBe(true);
  removePublishLock(output, OTHER_RUN);
  expect(existsSync(lock)).toBe(false);
});

describe('a lock of a holder that is gone is taken over', () => {
  test('when its process was killed', async () => {
    const { child, said, ended } = startProcess(LOCK_HOLDER, output, OTHER_RUN, '60000');
    await said;
    child.kill('SIGKILL');
    await ended;
    expect(holdsPublishLock(output, OTHER_RUN)).toBe(true);
    expect(withPublishLock(output, RUN, () => holdsPublishLock(output, RUN))).toBe(true);
    expect(existsSync(lock)).toBe(false);
  });

  test('when another process has its number by now', () => {
    writeFileSync(lock, `${hostname()} ${process.pid} another-start ${OTHER_RUN}\n`);
    expect(withPublishLock(output, RUN, () => 'done')).toBe('done');
  });

  test('when it was left empty by a power cut', () => {
    writeFileSync(lock, '');
    expect(withPublishLock(output, RUN, () => 'done')).toBe('done');
  });

  test('when its process is gone and told no start', async () => {
    writeFileSync(lock, `${hostname()} ${await deadPid()} - ${OTHER_RUN}\n`);
    expect(withPublishLock(output, RUN, () => 'done')).toBe('done');
  });
});

test('a live holder is waited for', async () => {
  const { said, ended } = startProcess(LOCK_HOLDER, output, OTHER_RUN, '400');
  await said;
  expect(holdsPublishLock(output, OTHER_RUN)).toBe(true);
  const start = performance.now();
  withPublishLock(output, RUN, () => {
    expect(holdsPublishLock(output, RUN)).toBe(true);
  });
  expect(performance.now() - start).toBeGreaterThan(150);
  await ended;
});

test('the lock of another machine is waited for, also when no process here has its number', async () => {
  const content = `elsewhere ${await deadPid()} - ${OTHER_RUN}\n`;
  rmSync(join(folder, 'dead.fsm.lock'));
  writeFileSync(lock, content);
  let now = 0;
  vi.spyOn(Date, 'now').mockImplementation(() => (now += 10_000));
  expect(() => withPublishLock(output, RUN, () => {})).toThrow(EnvironmentError);
  expect(readFileSync(lock, 'latin1')).toBe(content);
});

test('an empty lock that gets its content within a second, as on file systems without hard links, is respected', async () => {
  writeFileSync(lock, '');
  const filler = startProcess(LOCK_FILLER, lock, `elsewhere 1 - ${OTHER_RUN}\n`, '300');
  await filler.said;
  const start = Date.now();
  let isLate = false;
  vi.spyOn(Date, 'now').mockImplementation(() => {
    const waited = performance.now() - begin;
    // Half a minute passes when the lock has its content.
    isLate ||= readFileSync(lock, 'latin1') !== '';
    return start + waited + (isLate ? 40_000 : 0);
  });
  const begin = performance.now();
  expect(() => withPublishLock(output, RUN, () => {})).toThrow(EnvironmentError);
  expect(readFileSync(lock, 'latin1')).toBe(`elsewhere 1 - ${OTHER_RUN}\n`);
  await filler.ended;
});

test('an empty lock is looked at for as long as itself, however long another one was waited for', () => {
  writeFileSync(lock, `elsewhere 1 - ${OTHER_RUN}\n`);
  let now = 0;
  vi.spyOn(Date, 'now').mockImplementation(() => {
    now += 100;
    // The one that was waited for is gone, and the next one has not said yet whose it is.
    if (now === 5000) writeFileSync(lock, '');
    if (now === 5600) writeFileSync(lock, `elsewhere 2 - ${OTHER_RUN}\n`);
    return now;
  });
  vi.spyOn(Atomics, 'wait').mockReturnValue('timed-out');
  expect(() => withPublishLock(output, RUN, () => {})).toThrow(EnvironmentError);
  expect(readFileSync(lock, 'latin1')).toBe(`elsewhere 2 - ${OTHER_RUN}\n`);
});

test('a live lock that took the place of a dead one just before that was to be removed is there again afterwards', async () => {
  const live = `${hostname()} ${process.pid} - ${OTHER_RUN}\n`;
  writeFileSync(lock, `${hostname()} ${await deadPid()} - aaaaaaaaaaaaaaaa\n`);
  let isSwapped = false;
  replaceCall('renameSync', (original, ...args) => {
    if (!isSwapped && String(args[0]) === lock) writeFileSync(lock, live);
    isSwapped = true;
    return original(...args);
  });
  let now = 0;
  vi.spyOn(Date, 'now').mockImplementation(() => (now += 10_000));
  expect(() => withPublishLock(output, RUN, () => {})).toThrow(EnvironmentError);
  expect(isSwapped).toBe(true);
  expect(readFileSync(lock, 'latin1')).toBe(live);
});

test.each([
  ['of another machine', `elsewhere 1 - ${OTHER_RUN}\n`],
  ['that is no lock of ours', 'mine\n'],
])('a lock %s is waited for half a minute and then left; the error names it', (_, content) => {
  writeFileSync(lock, content);
  let now = 0;
  vi.spyOn(Date, 'now').mockImplementation(() => (now += 10_000));
  const work = vi.fn();
  expect(() => withPublishLock(output, RUN, work)).toThrow(EnvironmentError);
  expect(() => withPublishLock(output, RUN, work)).toThrow(lock);
  expect(work).not.toHaveBeenCalled();
  expect(readFileSync(lock, 'latin1')).toBe(content);
  expect(readdirSync(folder)).toEqual(['out.fsm.lock']);
});

test('on a file system without hard links the lock works too, and a taken one is seen', () => {
  replaceCall('linkSync', () => {
    throw systemError('EPERM');
  });
  expect(withPublishLock(output, RUN, () => holdsPublishLock(output, RUN))).toBe(true);
  writeFileSync(lock, `elsewhere 1 - ${OTHER_RUN}\n`);
  let now = 0;
  vi.spyOn(Date, 'now').mockImplementation(() => (now += 10_000));
  expect(() => withPublishLock(output, RUN, () => {})).toThrow(/another process publishes/);
  restoreCalls();
  expect(readdirSync(folder)).toEqual(['out.fsm.lock']);
});

test('a disk that is full leaves no half lock behind', () => {
  replaceCall('writeSync', () => {
    throw systemError('ENOSPC');
  });
  expect(() => withPublishLock(output, RUN, () => {})).toThrow(EnvironmentError);
  restoreCalls();
  expect(readdirSync(folder)).toEqual([]);
});

test('two processes that publish to one output never leave a pair of two runs', { timeout: 120_000 }, async () => {
  const trees = ['one', 'two'].map((name) =>
    plantDump(join(folder, name), { [`redis/db_0/strings/${name}.bin`]: name }),
  );
  const runs = trees.map((tree) => startProcess(PUBLISHING_PROGRAM, tree, output, '50'));
  const seen = new Set<string>();
  let isDone = false;
  const ended = Promise.all(runs.map((run) => run.ended)).finally(() => {
    isDone = true;
  });
  while (!isDone) {
    // Under the lock nobody is between the two renames.
    withPublishLock(output, RUN, () => {
      if (!existsSync(output)) return;
      const { output_fsm_sha256: told, input_root: input } = sidecarOf(output);
      expect(hash('sha256', readFileSync(output), 'hex')).toBe(told);
      seen.add(input);
    });
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await ended;
  expect([...seen].sort()).toEqual(trees);
  expect(readdirSync(folder).sort()).toEqual(['one', 'out.fsm', 'out.fsm.encode_info.json', 'two']);
});

test('a lock that no run has made is refused at once, whatever it is, and stays', () => {
  const kinds: Array<() => void> = [
    () => makeFifo(lock),
    () => mkdirSync(lock),
    () => symlinkSync('nowhere', lock),
    () => {
      writeFileSync(lock, '');
      truncateSync(lock, 2 ** 40);
    },
  ];
  for (const make of kinds) {
    make();
    const start = performance.now();
    expect(() => withPublishLock(output, RUN, () => {})).toThrow(`the lock ${lock} was made by no run`);
    expect(holdsPublishLock(output, RUN)).toBe(false);
    removePublishLock(output, RUN);
    expect(performance.now() - start).toBeLessThan(GIVE_UP_MS);
    expect(readdirSync(folder)).toEqual(['out.fsm.lock']);
    rmSync(lock, { recursive: true });
  }
});

test('a lock whose text names no run is refused after a second, and stays', () => {
  writeFileSync(lock, 'do not touch this file, please\n');
  const start = performance.now();
  expect(() => withPublishLock(output, RUN, () => {})).toThrow(`the lock ${lock} was made by no run: it names no run`);
  expect(performance.now() - start).toBeLessThan(GIVE_UP_MS);
  expect(readdirSync(folder)).toEqual(['out.fsm.lock']);
});
