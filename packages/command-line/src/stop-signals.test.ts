import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { stops, whatSignalsDo } from '@ekv/test-support/signals';
import { folderWith } from '@ekv/test-support/temporary-folder';
import { beforeEach, describe, expect, test } from 'vitest';
import { start, until } from './example-run.test-data.ts';
import { STOP_SIGNALS } from './stop-signals.ts';

let trace: string;
beforeEach(() => {
  trace = join(folderWith({}), 'trace');
});

function traced(): string[] {
  return readFileSync(trace, 'utf8').trimEnd().split('\n');
}

test('of every signal of this system it is known what it does', () => {
  expect(Object.keys(constants.signals).filter((name) => !(name in whatSignalsDo))).toEqual([]);
});

test('a run listens to all signals that stop it, and to no others', () => {
  expect([...STOP_SIGNALS].sort()).toEqual([...stops].sort());
});

describe.each(stops)('%s', { timeout: 60_000 }, (signal) => {
  test('stops a run: one line, its traces are removed, exit code 128 and the number of the signal', async () => {
    const { child, ended } = start(['--do', 'wait', '--trace', trace, '--quiet', '--json']);
    await until(trace, 'begun');
    child.kill(signal);
    const { code, stdout, stderr } = await ended;
    const exitCode = 128 + constants.signals[signal];
    expect({ code, last: stderr.trimEnd().split('\n').at(-1) }).toEqual({
      code: exitCode,
      last: `ekv-example: stopped by ${signal}; nothing is left`,
    });
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, exit_code: exitCode, error: { kind: 'stopped' } });
    expect(traced()).toEqual(['begun', 'cleaned up after true']);
  });
});

const PASSING = (Object.keys(whatSignalsDo) as NodeJS.Signals[]).filter(
  (name) => whatSignalsDo[name] === 'nothing' && name in constants.signals,
);

test(`${PASSING.join(', ')} change nothing for a run`, { timeout: 60_000 }, async () => {
  const { child, ended } = start(['--do', 'commit', '--trace', trace]);
  await until(trace, 'begun');
  for (const signal of PASSING) child.kill(signal);
  expect(await ended).toMatchObject({ code: 0, stderr: expect.stringMatching(/msg=done result=commit\n$/) });
  expect(traced()).toEqual(['begun', 'committing', 'committed']);
});

test('a run that Node profiles is not stopped by the signals of the profiler', { timeout: 60_000 }, async () => {
  const folder = folderWith({});
  const { code, stderr } = await start(['--do', 'commit', '--trace', trace], {
    NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${folder}`,
  }).ended;
  expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringMatching(/msg=done/) });
});
