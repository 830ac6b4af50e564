import { linkSync, lstatSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { EnvironmentError, UsageError } from '@ekv/snapshot';
import { failWrites, replaceCall, systemError } from '@ekv/test-support/file-calls';
import { makeFifo } from '@ekv/test-support/system-program';
import { plant, temporaryFolder } from '@ekv/test-support/temporary-folder';
import { beforeEach, describe, expect, test } from 'vitest';
import { plantDump } from '../dump.test-data.ts';
import { attempt, OLDER, placesOf, plantOlder, publishRequest } from './publish-request.test-data.ts';

let folder: string;
let output: string;
beforeEach(() => {
  folder = temporaryFolder();
  output = join(folder, 'place/out.fsm');
  mkdirSync(join(folder, 'scratch'));
  mkdirSync(join(folder, 'place'));
  plantDump(join(folder, 'tree'));
});

/** Makes the tree one that decode would not give back. */
function plantMismatch(): void {
  plant(folder, { 'tree/redis/db_0/strings/%62.bin': '' });
}

describe('links and special files at the output', () => {
  test.each([false, true])('a symlink is replaced or removed itself, its target stays (mismatch: %s)', (isMismatch) => {
    plant(folder, { 'place/victim': 'mine' });
    symlinkSync('victim', output);
    if (isMismatch) plantMismatch();
    attempt(publishRequest(folder, { selfTest: isMismatch }));
    expect(placesOf(output).output).toBe(isMismatch ? 'none' : 'new');
    expect(readFileSync(join(folder, 'place/victim'), 'latin1')).toBe('mine');
  });

  test.each([false, true])('the other name of a hard link keeps its bytes (mismatch: %s)', (isMismatch) => {
    plant(folder, { 'place/victim': 'mine' });
    linkSync(join(folder, 'place/victim'), output);
    if (isMismatch) plantMismatch();
    attempt(publishRequest(folder, { selfTest: isMismatch }));
    expect(placesOf(output).output).toBe(isMismatch ? 'none' : 'new');
    expect(readFileSync(join(folder, 'place/victim'), 'latin1')).toBe('mine');
    // After a mismatch the file at the output is kept, as the previous one.
    expect(lstatSync(join(folder, 'place/victim')).nlink).toBe(isMismatch ? 2 : 1);
  });

  test('a FIFO that comes during the run stays after a mismatch, with a warning', () => {
    plantMismatch();
    const { result, warnings } = attempt(publishRequest(folder, { selfTest: true }), () => makeFifo(output));
    expect(result?.outcome).toBe('mismatch');
    expect(placesOf(output)).toEqual({ output: 'special', sidecar: 'new', report: 'new', temporaries: [] });
    expect(warnings.map(({ event }) => event)).toContain('output_not_removed');
  });

  test('a snapshot that cannot be moved away after a mismatch is a warning, the mismatch is told', () => {
    plantOlder(folder);
    plantMismatch();
    replaceCall('renameSync', (original, ...args) => {
      if (String(args[0]) === output) throw systemError('EPERM');
      return original(...args);
    });
    const { result, warnings } = attempt(publishRequest(folder, { selfTest: true }));
    expect(result?.outcome).toBe('mismatch');
    expect(placesOf(output)).toMatchObject({ output: 'as before', sidecar: 'new', report: 'new' });
    expect(warnings.map(({ event }) => event)).toContain('output_not_removed');
  });
});

/** What can stand where a plain file should be; what it points to or is another name of is `victim`. */
const OBSTACLES: ReadonlyArray<readonly [string, (path: string) => void]> = [
  ['a symlink', (path) => symlinkSync('victim', path)],
  ['a hard link', (path) => linkSync(join(folder, 'place/victim'), path)],
  ['a FIFO', (path) => makeFifo(path)],
  ['a folder', (path) => mkdirSync(path)],
];

function kindAt(path: string): string {
  const stat = lstatSync(path);
  return `${stat.mode >> 12} ${stat.nlink}`;
}

describe('links and special files at the sidecar (08, 4.3)', () => {
  beforeEach(() => plant(folder, { 'place/victim': 'mine', 'place/out.fsm': OLDER.output }));

  test.each(OBSTACLES)('%s is refused before the tree is read; it and the older snapshot stay', (_, make) => {
    make(`${output}.encode_info.json`);
    const before = kindAt(`${output}.encode_info.json`);
    plant(folder, { 'tree/redis/db_0/sets/a.json': '{' });
    const { error } = attempt(publishRequest(folder));
    expect(error).toBeInstanceOf(UsageError);
    expect(error?.message).toContain(`${output}.encode_info.json`);
    expect(kindAt(`${output}.encode_info.json`)).toBe(before);
    expect(placesOf(output)).toMatchObject({ output: 'as before', temporaries: [] });
    expect(readFileSync(join(folder, 'place/victim'), 'latin1')).toBe('mine');
  });

  test.each(OBSTACLES)('%s that comes during the run is refused before anything is replaced', (_, make) => {
    const { error } = attempt(publishRequest(folder, { selfTest: true }), () => make(`${output}.encode_info.json`));
    expect(error).toBeInstanceOf(UsageError);
    expect(placesOf(output)).toMatchObject({ output: 'as before', temporaries: [] });
    expect(readFileSync(join(folder, 'place/victim'), 'latin1')).toBe('mine');
  });

  test.each(OBSTACLES)('%s after a mismatch stays untouched, with a warning', (_, make) => {
    plantMismatch();
    const sidecar = `${output}.encode_info.json`;
    const { result, warnings } = attempt(publishRequest(folder, { selfTest: true }), () => make(sidecar));
    expect(result?.outcome).toBe('mismatch');
    expect(placesOf(output)).toMatchObject({ output: 'none', report: 'new', temporaries: ['out.fsm.previous'] });
    expect(warnings).toMatchObject([{ event: 'not_written', message: expect.stringContaining(sidecar) }]);
    expect(readFileSync(join(folder, 'place/victim'), 'latin1')).toBe('mine');
  });
});

describe('links and special files at the report', () => {
  const report = () => `${output}.mismatch.txt`;
  beforeEach(() => plant(folder, { 'place/victim': 'mine' }));

  test.each(OBSTACLES)('%s is removed by a success, and what it names stays', (_, make) => {
    make(report());
    expect(attempt(publishRequest(folder)).result?.outcome).toBe('published');
    expect(placesOf(output).report).toBe('none');
    expect(readFileSync(join(folder, 'place/victim'), 'latin1')).toBe('mine');
  });

  test.each(OBSTACLES)('%s is replaced by a new report, and what it names stays', (_, make) => {
    make(report());
    plantMismatch();
    expect(attempt(publishRequest(folder, { selfTest: true })).result?.outcome).toBe('mismatch');
    expect(placesOf(output).report).toBe('new');
    expect(readFileSync(join(folder, 'place/victim'), 'latin1')).toBe('mine');
  });

  test('a folder that is not empty stays; the report is lost with a warning', () => {
    plant(folder, { 'place/out.fsm.mismatch.txt/mine': '' });
    plantMismatch();
    const { result, warnings } = attempt(publishRequest(folder, { selfTest: true }));
    expect(result?.outcome).toBe('mismatch');
    expect(placesOf(output)).toEqual({ output: 'none', sidecar: 'new', report: 'folder', temporaries: [] });
    expect(warnings).toMatchObject([{ event: 'not_written', message: expect.stringContaining(report()) }]);
  });

  test('a report that cannot be written is lost with a warning, the sidecar is written', () => {
    plantMismatch();
    failWrites('mismatch.txt', 'ENOSPC');
    const { result, warnings } = attempt(publishRequest(folder, { selfTest: true }));
    expect(result?.outcome).toBe('mismatch');
    expect(placesOf(output)).toEqual({ output: 'none', sidecar: 'new', report: 'none', temporaries: [] });
    expect(warnings).toMatchObject([{ event: 'not_written' }]);
  });
});

describe('another run that publishes to the same output meanwhile', () => {
  const other = () => attempt(publishRequest(folder, { output }));
  const eventsOf = ({ warnings }: { warnings: readonly { event: string }[] }) => warnings.map(({ event }) => event);

  test.each(['nothing', 'a snapshot'])(
    'is said by the run that replaces its snapshot, where %s stood before',
    (before) => {
      if (before === 'a snapshot') plantOlder(folder);
      const run = attempt(publishRequest(folder, { selfTest: true }), () => void other());
      expect(eventsOf(run)).toContain('replaced_other_run');
      expect(placesOf(output).temporaries).toEqual([]);
    },
  );

  test('is not said of a snapshot that was there from the start', () => {
    plantOlder(folder);
    expect(eventsOf(attempt(publishRequest(folder, { selfTest: true })))).not.toContain('replaced_other_run');
  });
});

test.each<[string, () => void]>([
  ['a folder', () => mkdirSync(`${output}.lock`)],
  ['a FIFO', () => makeFifo(`${output}.lock`)],
])('%s in the place of the lock is refused before the tree is read', (_, plantObstacle) => {
  plantObstacle();
  plant(folder, { 'tree/redis/db_0/sets/a.json': '{' });
  const { error } = attempt(publishRequest(folder));
  expect(error).toBeInstanceOf(EnvironmentError);
  expect(error?.message).toContain(`the lock ${output}.lock was made by no run`);
});
