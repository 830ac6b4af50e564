import { spawnSync } from 'node:child_process';
import { hash } from 'node:crypto';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { failWrites, replaceCall, restoreCalls, systemError } from '@ekv/test-support/file-calls';
import { temporaryFolder } from '@ekv/test-support/temporary-folder';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { ArgumentError, DuplicateKeyError, EnvironmentError, UsageError } from '../errors.ts';
import { openSnapshot } from '../read/open-snapshot.ts';
import { ScratchFolder } from '../sort/scratch.ts';
import { type SnapshotRow, SnapshotWriter } from '../write/snapshot-writer.ts';
import { ownerLine } from './run-owner.ts';
import { type WriteProgress, type WriteSnapshotOptions, writeSnapshot } from './write-snapshot.ts';

let folder: string;
let path: string;
let scratchRoot: string;
beforeEach(() => {
  folder = temporaryFolder();
  path = join(folder, 'rows.fsm');
  scratchRoot = temporaryFolder();
});
afterEach(restoreCalls);

const row = (key: string, value = `value of ${key}`): SnapshotRow => ({
  key: Buffer.from(key),
  value: Buffer.from(value),
});

function* many(count: number): Generator<SnapshotRow> {
  for (let i = 0; i < count; i++) yield row(`!redis|str|${(i * 7919) % count}`);
}

const write = (rows: Iterable<SnapshotRow>, options: WriteSnapshotOptions = {}) =>
  writeSnapshot(path, rows, { scratchRoot, ...options });

/** What a SnapshotWriter makes of the same rows. */
function plain(rows: Iterable<SnapshotRow>, lastCommitTs: bigint): Buffer {
  const scratch = new ScratchFolder(scratchRoot);
  const writer = new SnapshotWriter({ lastCommitTs, scratch });
  for (const { key, value } of rows) writer.add(key, value);
  const blocks: Uint8Array[] = [];
  writer.writeTo({ write: (block) => void blocks.push(block) });
  scratch.remove();
  return Buffer.concat(blocks);
}

test('the file holds the rows, and its sidecar says so', async () => {
  const lastCommitTs = 117664584157167650n;
  const written = await write(many(20_000), { lastCommitTs, adapters: ['redis'], writtenBy: 'filler/1.0' });
  const file = readFileSync(path);
  expect(file.equals(plain(many(20_000), lastCommitTs))).toBe(true);
  const sha256 = hash('sha256', file, 'hex');
  expect(written).toMatchObject({
    path,
    entries: 20_000,
    bytes: file.length,
    sha256,
    duplicates: 0,
    replaced: false,
    lastCommitTs,
  });
  expect(JSON.parse(readFileSync(written.sidecar, 'utf8'))).toMatchObject({
    format_version: 1,
    encoder_version: 'filler/1.0',
    output_fsm_path: path,
    output_fsm_sha256: sha256,
    adapters_enabled: ['redis'],
    self_test: { ran: false, matched: false },
  });
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect([readdirSync(folder).sort(), readdirSync(scratchRoot)]).toEqual([
    ['rows.fsm', 'rows.fsm.encode_info.json'],
    [],
  ]);
});

test('without a timestamp the rows are of now, and a Date is one', async () => {
  const before = BigInt(Date.now()) << 16n;
  const { lastCommitTs } = await write([row('a')]);
  expect(lastCommitTs).toBeGreaterThanOrEqual(before);
  expect(lastCommitTs).toBeLessThanOrEqual(BigInt(Date.now()) << 16n);
  const date = new Date('2026-01-02T03:04:05.006Z');
  expect((await write([row('a')], { lastCommitTs: date })).lastCommitTs).toBe(BigInt(date.getTime()) << 16n);
  const scratch = new ScratchFolder(scratchRoot);
  const snapshot = openSnapshot(path, { scratch });
  expect(snapshot.check({ families: [] }).lastCommitTs).toBe(BigInt(date.getTime()) << 16n);
  snapshot.close();
});

test.each<[string, WriteSnapshotOptions['lastCommitTs']]>([
  ['milliseconds that nobody shifted', BigInt(Date.now())],
  ['zero', 0n],
  ['a negative number', -1n],
  ['the largest 64-bit number, after which there is none', 2n ** 64n - 1n],
  ['an invalid Date', new Date(Number.NaN)],
  ['a number', 5 as unknown as bigint],
])('%s is no timestamp', async (_, lastCommitTs) => {
  await expect(write([row('a')], { lastCommitTs })).rejects.toBeInstanceOf(ArgumentError);
  expect(readdirSync(folder)).toEqual([]);
});

test.each<[unknown, string]>([
  ['2026-11-28T10:00:00Z', 'a text; wrap it in new Date(...)'],
  [Date.now(), 'a number; wrap it in new Date(...)'],
  [new Date(Number.NaN), 'an invalid Date'],
  [null, 'null'],
])('what is no timestamp is refused with what to write: %s', async (lastCommitTs, what) => {
  await expect(write([row('a')], { lastCommitTs } as never)).rejects.toThrow(
    new ArgumentError(`lastCommitTs must be a commit timestamp (bigint) or a valid Date, not ${what}`),
  );
});

test('an older pair is replaced', async () => {
  await write([row('a')]);
  expect(await write([row('b'), row('c')])).toMatchObject({ replaced: true, entries: 2 });
  expect(readdirSync(folder).sort()).toEqual(['rows.fsm', 'rows.fsm.encode_info.json']);
});

/** Nothing is left of a run that failed, and an older pair is as it was. */
async function leavesOlder(fails: () => Promise<unknown>): Promise<void> {
  await write([row('older')]);
  const before = readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'latin1')]);
  await fails();
  expect(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'latin1')])).toEqual(before);
  expect(readdirSync(scratchRoot)).toEqual([]);
}

test('a key that comes twice is refused, with the key, and nothing is published', async () => {
  await leavesOlder(async () => {
    const error = await write([row('a'), row('b'), row('a')]).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(DuplicateKeyError);
    expect(Buffer.from((error as DuplicateKeyError).key).toString()).toBe('a');
  });
});

test('of rows with one key the first is kept when that is asked for', async () => {
  expect(await write([row('a', 'early'), row('b'), row('a', 'late')], { duplicates: 'first' })).toMatchObject({
    entries: 2,
    duplicates: 1,
  });
  const file = readFileSync(path);
  expect([file.includes('early'), file.includes('late')]).toEqual([true, false]);
});

test('an abort ends it at any time, with its reason', async () => {
  await leavesOlder(async () => {
    for (const ms of [0, 20, 60, 120]) {
      const signal = AbortSignal.timeout(ms);
      await expect(write(many(2_000_000), { signal })).rejects.toThrow(/aborted|timeout/i);
    }
    await expect(write(many(10), { signal: AbortSignal.abort(new Error('stopped')) })).rejects.toThrow('stopped');
  });
});

test('what the source throws is thrown, and nothing is left', async () => {
  await leavesOlder(() =>
    expect(
      write(
        (function* () {
          yield row('a');
          throw new RangeError('the source');
        })(),
      ),
    ).rejects.toThrow('the source'),
  );
});

test.each(['write', 'flush', 'rename'] as const)('a disk that fails on a %s leaves the older pair', async (what) => {
  await leavesOlder(async () => {
    if (what === 'write')
      replaceCall('writeSync', () => {
        throw systemError('ENOSPC');
      });
    if (what === 'flush')
      replaceCall('fsyncSync', () => {
        throw systemError('EIO');
      });
    if (what === 'rename')
      replaceCall('renameSync', () => {
        throw systemError('EACCES');
      });
    await expect(write([row('a')])).rejects.toBeInstanceOf(EnvironmentError);
    restoreCalls();
  });
});

test.each<[string, () => void]>([
  ['a folder', () => mkdirSync(path)],
  ['a link to a folder', () => symlinkSync(folder, path)],
  ['a sidecar that is a link', () => symlinkSync('elsewhere', `${path}.encode_info.json`)],
])('%s is not replaced', async (_, plant) => {
  plant();
  const before = lstatSync(path, { throwIfNoEntry: false })?.ino;
  await expect(write([row('a')])).rejects.toBeInstanceOf(UsageError);
  expect(lstatSync(path, { throwIfNoEntry: false })?.ino).toBe(before);
});

test.each<[string, unknown]>([
  ['empty', ''],
  ['no text', undefined],
])('a path that is %s is refused', async (_, wrong) => {
  await expect(writeSnapshot(wrong as string, [])).rejects.toBeInstanceOf(ArgumentError);
});

test('a folder that does not exist is said before the first row is asked for', async () => {
  let isAsked = false;
  function* rows() {
    isAsked = true;
    yield row('a');
  }
  await expect(writeSnapshot(join(folder, 'gone/rows.fsm'), rows())).rejects.toThrow(/does not exist/);
  expect(isAsked).toBe(false);
});

test('progress is told while rows are taken and while they are written, and the event loop goes on', async () => {
  const seen: WriteProgress[] = [];
  let turns = 0;
  const timer = setInterval(() => turns++, 1);
  await write(many(300_000), { onProgress: (progress) => seen.push(progress) });
  clearInterval(timer);
  expect(new Set(seen.map(({ phase }) => phase))).toEqual(new Set(['collecting', 'writing']));
  expect(seen.map(({ rows }) => rows)).toEqual(seen.map(({ rows }) => rows).sort((a, b) => a - b));
  expect(seen.at(-1)!.bytes).toBe(statSync(path).size);
  expect(turns).toBeGreaterThan(seen.length / 4);
});

test('no turn of the event loop takes more than 20 ms of CPU', { timeout: 120_000 }, async () => {
  const longest: number[] = [];
  // What is compiled, and what is collected as garbage, falls into some of the runs and not into all.
  for (let run = 0; run < 4; run++) longest.push(await longestTurn(() => write(many(150_000))));
  expect(Math.min(...longest)).toBeGreaterThan(1);
  expect(Math.min(...longest)).toBeLessThan(20);
});

/** CPU time of the thread, ms. */
async function longestTurn(work: () => Promise<unknown>): Promise<number> {
  let [longest, isDone] = [0, false];
  let last = process.threadCpuUsage();
  const turn = () => {
    const { user, system } = process.threadCpuUsage(last);
    longest = Math.max(longest, (user + system) / 1000);
    last = process.threadCpuUsage();
    if (!isDone) setImmediate(turn);
  };
  setImmediate(turn);
  await work();
  isDone = true;
  return longest;
}

test('two that write to one place at the same time leave one whole pair', async () => {
  await Promise.all([write(many(30_000)), write(many(20_000)), sleep(1).then(() => write(many(10_000)))]);
  const { output_fsm_sha256 } = JSON.parse(readFileSync(`${path}.encode_info.json`, 'utf8'));
  expect(output_fsm_sha256).toBe(hash('sha256', readFileSync(path), 'hex'));
  expect(readdirSync(folder)).toHaveLength(2);
});

test('a key that comes twice is told as it is for rows from a program, with what to do', async () => {
  await expect(write([row('a'), row('b'), row('a')])).rejects.toThrow(
    /^two rows have the key a: what they belong to was given twice; give it once, or set duplicates: 'first' to keep the first$/,
  );
});

test('a scratch folder that cannot be made is an error that names it', async () => {
  writeFileSync(join(folder, 'file'), '');
  chmodSync(join(folder, 'file'), 0o600);
  const wrong = join(folder, 'file');
  await expect(writeSnapshot(path, many(200_000), { scratchRoot: wrong })).rejects.toThrow(EnvironmentError);
  expect(readdirSync(folder)).toEqual(['file']);
});

describe('a disk that lets nothing be removed', () => {
  const refuseRemovals = () =>
    replaceCall('rmSync', () => {
      throw systemError('EBUSY');
    });

  test('does not turn a snapshot that replaced an older one into a failure', async () => {
    await write([row('old')]);
    // Where a scratch file needs a name, and a folder for it.
    const platform = vi.spyOn(process, 'platform', 'get').mockReturnValue('darwin');
    onTestFinished(() => platform.mockRestore());
    refuseRemovals();
    const written = await write(many(200_000));
    restoreCalls();
    expect(readdirSync(scratchRoot)).toHaveLength(1);
    expect(readdirSync(folder).filter((name) => name.includes('.old.tmp-'))).toHaveLength(1);
    expect(hash('sha256', readFileSync(path), 'hex')).toBe(written.sha256);
    expect(JSON.parse(readFileSync(written.sidecar, 'utf8')).output_fsm_sha256).toBe(written.sha256);
  });

  test('does not hide what was wrong with the rows', async () => {
    refuseRemovals();
    await expect(write([...many(200_000), row('!redis|str|1')])).rejects.toThrow(DuplicateKeyError);
  });

  test('does not hide that it is full', async () => {
    failWrites('.encode_info.json.tmp-', 'ENOSPC');
    refuseRemovals();
    await expect(write([row('a')])).rejects.toThrow(/no space/);
  });
});

test('a folder in the place of the lock is refused before a row is asked for', async () => {
  mkdirSync(`${path}.lock`);
  let asked = 0;
  const rows = (function* () {
    asked++;
    yield row('!redis|str|a');
  })();
  await expect(write(rows)).rejects.toThrow(`the lock ${path}.lock was made by no run`);
  expect(asked).toBe(0);
});

test.each<[string, unknown]>([
  ['duplicates', 'First'],
  ['duplicates', 'last'],
  ['duplicates', true],
  ['duplicates', null],
  ['signal', new AbortController()],
  ['onProgress', 5],
  ['scratchRoot', 5],
  ['adapters', 'redis'],
  ['adapters', [5]],
  ['writtenBy', 5],
])('a wrong option %s is refused by name before a row is asked for: %j', async (name, wrong) => {
  let asked = 0;
  const rows = (function* () {
    asked++;
    yield row('!redis|str|a');
  })();
  const refused = await write(rows, { [name]: wrong } as WriteSnapshotOptions).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(ArgumentError);
  expect((refused as Error).message).toMatch(new RegExp(`the option ${name}`));
  expect(asked).toBe(0);
  expect(readdirSync(folder)).toEqual([]);
});

test('an option that is misspelt is refused: it would be left unheard', async () => {
  await expect(write([row('a')], { lastCommitTS: 5n } as never)).rejects.toThrow(
    'writeSnapshot has no option "lastCommitTS", did you mean lastCommitTs?',
  );
  expect(readdirSync(folder)).toEqual([]);
});

test('a generator that was used before is refused: it would give nothing', async () => {
  const rows = many(5);
  await write(rows);
  await expect(write(rows)).rejects.toThrow(/was given before, and it gives what it has once; make a new one$/);
  const group = many(5);
  await expect(write([group, group] as never)).rejects.toThrow(/was given before/);
  const array = [...many(5)];
  await write(array);
  expect((await write([array] as never)).entries).toBe(5);
});

test('a promise of rows, and a single row, are refused with what to do', async () => {
  await expect(write(Promise.resolve([]) as never)).rejects.toThrow(/, not a Promise; write await before it$/);
  await expect(write([Promise.resolve(row('a'))] as never)).rejects.toThrow(/, not a Promise; write await before it$/);
  await expect(write(row('a') as never)).rejects.toThrow(/; put the one row into an array$/);
});

test('groups of rows may stand in groups, such as the sources of several adapters', async () => {
  async function* source() {
    yield [row('a'), [row('b')]];
    yield many(3);
  }
  expect((await writeSnapshot(path, [[source(), [[row('c')]]], row('d')], { scratchRoot })).entries).toBe(7);
  let deep: unknown = row('a');
  for (let i = 0; i < 10; i++) deep = [deep];
  await expect(write(deep as never)).rejects.toThrow('groups of rows stand in each other more than 8 deep');
});

test('rows that fail after some went to disk leave no open file, whose space nobody would get back', async () => {
  const openFiles = () => readdirSync('/proc/self/fd').length;
  const before = openFiles();
  const failing = function* () {
    yield* many(200_000);
    throw new Error('the source fails');
  };
  for (let i = 0; i < 3; i++) await expect(write(failing())).rejects.toThrow('the source fails');
  expect(openFiles()).toBe(before);
});

test('an async onProgress is refused before anything is read: nobody would wait for it', async () => {
  const rows = vi.fn(() => [][Symbol.iterator]());
  const writing = writeSnapshot(path, { [Symbol.iterator]: rows }, { onProgress: async () => {} });
  await expect(writing).rejects.toThrow('the option onProgress must be a plain function, not an async one');
  expect(rows).not.toHaveBeenCalled();
});

describe('what a program left that was killed while it wrote there', () => {
  const RUN = '0123456789abcdef';
  const left = ['rows.fsm.tmp-', 'rows.fsm.encode_info.json.tmp-', 'rows.fsm.run.tmp-'].map((name) => name + RUN);

  /** @param pid of the program. */
  function plantLeft(pid: number): readonly string[] {
    const line = ownerLine(RUN).replace(` ${process.pid} `, ` ${pid} `);
    for (const name of left) writeFileSync(join(folder, name), name.includes('.run.') ? line : 'rows');
    mkdirSync(join(scratchRoot, `ekv-scratch-${RUN}`));
    return left.map((name) => join(folder, name)).sort();
  }

  const deadPid = () => spawnSync(process.execPath, ['--version']).pid;

  test('is told and stays', async () => {
    const paths = plantLeft(deadPid());
    expect((await write([row('a')])).leftovers).toEqual(paths);
    expect(readdirSync(folder)).toEqual(expect.arrayContaining(left));
  });

  test('goes with removeLeftovers, before all else', async () => {
    plantLeft(deadPid());
    expect((await write([row('a')], { removeLeftovers: true })).leftovers).toEqual([]);
    expect(readdirSync(folder).sort()).toEqual(['rows.fsm', 'rows.fsm.encode_info.json']);
    expect(readdirSync(scratchRoot)).toEqual([]);
  });

  test('of one that lives nothing is told, and nothing removed', async () => {
    plantLeft(process.pid);
    expect((await write([row('a')], { removeLeftovers: true })).leftovers).toEqual([]);
    expect(readdirSync(folder)).toEqual(expect.arrayContaining(left));
  });

  test('of one that nothing is known of stays with removeLeftovers, and is told', async () => {
    const paths = plantLeft(deadPid());
    writeFileSync(join(folder, left[2]!), 'elsewhere 1 - 0123456789abcdef\n');
    expect((await write([row('a')], { removeLeftovers: true })).leftovers).toEqual(paths);
  });

  test('a pair of which one half was published is completed', async () => {
    plantLeft(deadPid());
    const lock = ownerLine(RUN).replace(` ${process.pid} `, ` ${deadPid()} `);
    renameSync(join(folder, left[0]!), path);
    writeFileSync(`${path}.lock`, lock);
    const failing = async function* () {
      yield row('a');
      throw new Error('the source is gone');
    };
    await expect(writeSnapshot(path, failing(), { removeLeftovers: true, scratchRoot })).rejects.toThrow('source');
    expect(readdirSync(folder).sort()).toEqual(['rows.fsm', 'rows.fsm.encode_info.json']);
    expect(readFileSync(`${path}.encode_info.json`, 'latin1')).toBe('rows');
  });
});
