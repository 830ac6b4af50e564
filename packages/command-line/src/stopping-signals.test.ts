import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeFifo } from '@ekv/test-support/system-program';
import { afterAll, describe, expect, test } from 'vitest';
import { start, until } from './example-run.test-data.ts';

const WARNING = 'time=TIME level=WARN msg="be warned" event=example count=18446744073709551615\n';

/** Of all tests here: they run side by side, because they wait more than they work. */
const folder = mkdtempSync(join(tmpdir(), 'ekv-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

const newTrace = (): string => join(mkdtempSync(join(folder, 'run-')), 'trace');

function traced(trace: string): string[] {
  return readFileSync(trace, 'utf8').trimEnd().split('\n');
}

describe.concurrent.each(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGXCPU'] as const)(
  '%s',
  { timeout: 60_000 },
  (signal) => {
    const exitCode = 128 + constants.signals[signal];

    test('stops a run: its traces are removed, exit code 128 and the number of the signal', async () => {
      const trace = newTrace();
      const { child, ended } = start(['--do', 'wait', '--trace', trace, '--json']);
      await until(trace, 'begun');
      child.kill(signal);
      const { code, stdout, stderr } = await ended;
      expect(code).toBe(exitCode);
      expect(stderr).toBe(`${WARNING}ekv-example: stopped by ${signal}; nothing is left\n`);
      expect(JSON.parse(stdout)).toMatchObject({ ok: false, exit_code: exitCode, error: { kind: 'stopped' } });
      expect(traced(trace)).toEqual(['begun', 'cleaned up after true']);
    });

    test('comes too late for a run that is publishing: it ends as if nothing had come', async () => {
      const trace = newTrace();
      const { child, ended } = start(['--do', 'commit', '--trace', trace]);
      await until(trace, 'committing');
      child.kill(signal);
      const { code, stderr } = await ended;
      expect(code).toBe(0);
      expect(stderr).toBe(`${WARNING}time=TIME level=INFO msg=done result=commit\n`);
      expect(traced(trace)).toEqual(['begun', 'committing', 'committed']);
    });

    test('changes nothing of a run that has come to its end, while it is said how it ended', async () => {
      const trace = newTrace();
      const {
        code,
        signal: ending,
        stdout,
        stderr,
      } = await start(['--do', `late ${signal}`, '--trace', trace, '--json']).ended;
      expect({ code, ending }).toEqual({ code: 0, ending: null });
      expect(stderr).toContain('msg=done');
      expect(JSON.parse(stdout)).toMatchObject({ ok: true, exit_code: 0 });
    });

    test('ends a run within seconds that waits in a system call: its traces are removed', async () => {
      const trace = newTrace();
      makeFifo(`${trace}.pipe`);
      const { child, ended } = start(['--do', 'block', '--trace', trace]);
      await until(trace, 'blocking');
      const sent = performance.now();
      child.kill(signal);
      const { code, signal: ending, stderr } = await ended;
      expect(performance.now() - sent).toBeLessThan(10_000);
      // A shell tells both as 128 and the number of the signal.
      expect({ code, ending }).toEqual({ code: null, ending: signal });
      expect(stderr).toContain(`stopped by ${signal}; nothing is left\n`);
      expect(traced(trace)).toEqual(['begun', 'blocking', 'cleaned up after true']);
    });
  },
);
