import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { folderWith } from '@ekv/test-support/temporary-folder';
import { beforeEach, describe, expect, test } from 'vitest';
import { run, start, until } from './example-run.test-data.ts';

const WARNING = 'time=TIME level=WARN msg="be warned" event=example count=18446744073709551615\n';

let trace: string;
beforeEach(() => {
  trace = join(folderWith({}), 'trace');
});

function traced(): string[] {
  return readFileSync(trace, 'utf8').trimEnd().split('\n');
}

describe.concurrent('a run', { timeout: 60_000 }, () => {
  test('tells its warnings and its closing line on standard error, nothing on standard output, exit 0', async () => {
    expect(await run()).toEqual({
      code: 0,
      signal: null,
      stdout: '',
      stderr: `${WARNING}time=TIME level=INFO msg=done result=end\n`,
    });
  });

  test('with --quiet tells warnings only', async () => {
    expect(await run('--quiet')).toMatchObject({ code: 0, stderr: WARNING });
  });

  test('with --json gives one object with result and warnings on standard output', async () => {
    const { stdout } = await run('--json', '--quiet');
    expect(stdout.replace(/"elapsed_ms":\d+/, '"elapsed_ms":MS')).toBe(
      '{"ok":true,"exit_code":0,"tool":"ekv-example","version":"1.2.3","elapsed_ms":MS,"result":"end","warning_count":1,"warnings":[{"event":"example","message":"be warned","count":18446744073709551615,"count_text":"18446744073709551615"}]}\n',
    );
  });

  test.each([
    ['bad data', 2, 'data', 'the data\\x0ais wrong'],
    ['bad machine', 1, 'environment', 'the disk is full'],
    [
      'bug',
      1,
      'defect',
      'a defect of ekv: undefined is not a function; run again with EKV_DEBUG=1 and report what it prints',
    ],
  ])('that fails with %s has its exit code, one line, and its kind in the result', async (what, code, kind, line) => {
    const ended = await run('--do', what, '--json', '--quiet');
    expect(ended).toMatchObject({ code, stderr: `${WARNING}ekv-example: ${line}\n` });
    expect(JSON.parse(ended.stdout)).toMatchObject({
      ok: false,
      exit_code: code,
      error: { kind },
      warnings: [{ event: 'example' }],
    });
  });

  test('that fails with several problems has a line for each, and a list in the result', async () => {
    const ended = await run('--do', 'many problems', '--json', '--quiet');
    expect(ended).toMatchObject({ code: 2, stderr: `${WARNING}ekv-example: 2 problems:\n  a: wrong\n  b: wrong\n` });
    expect(JSON.parse(ended.stdout).error).toEqual({
      kind: 'data',
      message: '2 problems:',
      problems: ['a: wrong', 'b: wrong'],
    });
  });

  test('shows a stack trace only with EKV_DEBUG', async () => {
    const { stderr } = await start(['--do', 'bad data'], { EKV_DEBUG: '1' }).ended;
    expect(stderr).toMatch(/\n {4}at /);
    expect((await run('--do', 'bug')).stderr).not.toMatch(/\n {4}at /);
    const json = await start(['--do', 'bad data', '--log-format', 'json'], { EKV_DEBUG: '1' }).ended;
    const lines = json.stderr
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.at(-1)).toMatchObject({ level: 'ERROR', stack: expect.stringMatching(/\n {4}at /) });
  });

  test.each([
    [['--bogus'], /^ekv-example: unknown flag --bogus; --help lists the flags\n$/],
    [['word'], /^ekv-example: unexpected word "word".*\n$/],
    [['--log-format', 'xml'], /^ekv-example: .*--log-format.*'xml' is invalid.*\n$/],
  ])('with the wrong flags %j fails with exit 1 and one line, before it begins', async (flags, stderr) => {
    const ended = await run(...flags);
    expect(ended).toMatchObject({ code: 1, stdout: '' });
    expect(ended.stderr).toMatch(stderr);
  });

  test('with wrong flags gives a result too, when --json is among them', async () => {
    const ended = await run('--json', '--log-format=json', '--bogus');
    expect(JSON.parse(ended.stdout)).toMatchObject({ ok: false, exit_code: 1, error: { kind: 'usage' } });
    expect(JSON.parse(ended.stderr)).toMatchObject({ level: 'ERROR' });
  });

  test('with --help prints flags and examples on standard output, exit 0', async () => {
    const { code, stdout, stderr } = await run('--help');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^Usage: ekv-example /);
    expect(stdout).toMatch(/--do <what>[\s\S]*--quiet[\s\S]*--version[\s\S]*--help/);
    expect(stdout).toMatch(/Try ekv-example\.\n$/);
  });

  test('with --version prints the version on standard output, exit 0', async () => {
    expect(await run('--version')).toMatchObject({ code: 0, stdout: '1.2.3\n', stderr: '' });
  });
});

test('a run goes on to its end when nobody reads what it says', { timeout: 60_000 }, async () => {
  const { child, ended } = start(['--json', '--do', 'commit', '--trace', trace]);
  child.stdout?.destroy();
  child.stderr?.destroy();
  expect((await ended).code).toBe(0);
  expect(traced()).toEqual(['begun', 'committing', 'committed']);
});

describe('a run whose working thread dies', { timeout: 60_000 }, () => {
  test('is cleaned up and fails', async () => {
    const { code, stderr } = await run('--do', 'die', '--trace', trace);
    expect(code).toBe(1);
    expect(stderr).toMatch(/a defect of ekv: the working thread ended with code 7 before its work was done/);
    expect(traced()).toEqual(['begun', 'cleaned up after true']);
  });

  test('and cannot be cleaned up fails, and says what is left beside what happened', async () => {
    const { code, stdout, stderr } = await run('--do', 'die dirty', '--trace', trace, '--json');
    expect(code).toBe(1);
    expect(stderr).toMatch(/ended with code 7 before its work was done; temporary files may be left: the disk is gone/);
    expect(JSON.parse(stdout).error).toMatchObject({
      kind: 'defect',
      message: expect.stringMatching(/the disk is gone/),
    });
    expect(traced()).toEqual(['begun', 'cleaned up after true']);
  });

  test('because the memory is used up is cleaned up and says what to do', async () => {
    const { child, ended } = start(['--do', 'use up the memory', '--trace', trace], {
      NODE_OPTIONS: '--max-old-space-size=64',
    });
    const { code, stderr } = await ended;
    expect(child.killed).toBe(false);
    expect(code, stderr).toBe(1);
    expect(stderr).toMatch(/ekv-example: the memory is used up; .*--max-old-space-size/);
    expect(traced()).toEqual(['begun', 'cleaned up after true']);
  });
});

test('a second signal at once is the same one, of a shell that sends it twice: it changes nothing', {
  timeout: 60_000,
}, async () => {
  const { child, ended } = start(['--do', 'wait', '--trace', trace]);
  await until(trace, 'begun');
  child.kill('SIGTERM');
  child.kill('SIGINT');
  expect([130, 143]).toContain((await ended).code);
  expect(traced()).toEqual(['begun', 'cleaned up after true']);
});

test('traces that cannot be removed are told, and the exit code stays', { timeout: 60_000 }, async () => {
  const { child, ended } = start(['--do', 'stay dirty', '--trace', trace]);
  await until(trace, 'begun');
  child.kill('SIGTERM');
  const { code, stderr } = await ended;
  expect(code).toBe(143);
  expect(stderr).toContain('stopped by SIGTERM; temporary files may be left: the disk is gone\n');
});

test('much to clean up is cleaned up to its end, silently when it takes no time', { timeout: 60_000 }, async () => {
  const { child, ended } = start(['--do', 'wait', '--trace', trace, '--bulk', '100']);
  await until(trace, 'begun');
  child.kill('SIGINT');
  const { code, stderr } = await ended;
  expect({ code, stderr }).toEqual({
    code: 130,
    stderr: `${WARNING}ekv-example: stopped by SIGINT; nothing is left\n`,
  });
  expect(traced()).toEqual(['begun', 'cleaned up after true']);
  expect(readdirSync(`${trace}.bulk`)).toEqual([]);
});

describe('SIGUSR1', { timeout: 60_000 }, () => {
  const PROGRESS = /time=TIME level=INFO msg=progress phase=starting records=0 bytes=0 elapsed_seconds=\d+\n/g;

  test.each([[[]], [['--quiet']]])('gives one line of progress, and no debugger, with %j', async (flags) => {
    const { child, ended } = start(['--do', 'commit', '--trace', trace, ...flags]);
    await until(trace, 'committing');
    child.kill('SIGUSR1');
    const { code, stderr } = await ended;
    expect(code).toBe(0);
    expect(stderr.match(PROGRESS)).toHaveLength(1);
    expect(stderr).not.toMatch(/debugger/i);
  });

  test('never comes to a listener under --disable-sigusr1, which is why the programs do without that flag', async () => {
    const program = `process.on('SIGUSR1', () => console.log('came')); setTimeout(() => {}, 1000); console.log('ready')`;
    const child = spawn(process.execPath, ['--disable-sigusr1', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let said = '';
    child.stdout.on('data', (text) => {
      said += text;
      if (said === 'ready\n') child.kill('SIGUSR1');
    });
    await once(child, 'close');
    expect(said).toBe('ready\n');
  });

  test('leaves no debugger that listens, whenever it comes', async () => {
    for (const ms of [5, 20, 35, 50, 80, 120, 200]) {
      const { child, ended } = start(['--do', 'debugger', '--trace', trace]);
      await new Promise((resolve) => setTimeout(resolve, ms));
      child.kill('SIGUSR1');
      const { code, signal, stdout } = await ended;
      // Before Node is there at all the signal ends the process.
      expect([
        { code: 0, signal: null },
        { code: null, signal: 'SIGUSR1' },
      ]).toContainEqual({ code, signal });
      expect(stdout).toBe('');
      if (code === 0) expect(traced().at(-1)).toBe('debugger at undefined');
    }
  });
});

test('--progress gives a line that often without a terminal, as JSON with --log-format json', {
  timeout: 60_000,
}, async () => {
  const text = await run('--do', 'commit', '--trace', trace, '--progress', '0.3');
  expect(text.stderr.match(/level=INFO msg=progress phase=starting /g)!.length).toBeGreaterThan(1);
  const json = await run('--do', 'commit', '--trace', trace, '--progress', '0.3', '--log-format', 'json');
  const events = json.stderr
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(events).toContainEqual({
    time: 'TIME',
    level: 'INFO',
    msg: 'progress',
    phase: 'starting',
    records: 0,
    bytes: 0,
    elapsed_seconds: expect.any(Number),
  });
});

describe.concurrent('the command line', { timeout: 60_000 }, () => {
  test.each(['0', '-1', 'x', '', '1e3', '90000'])('--progress %j is refused', async (seconds) => {
    const { code, stderr } = await run(`--progress=${seconds}`);
    expect(code).toBe(1);
    expect(stderr).toContain('must be the seconds between two lines');
  });

  test('a path that is not UTF-8 is refused: another one would be used', async () => {
    const { code, stderr } = await run('--do', 'd\ufffd');
    expect(code).toBe(1);
    expect(stderr).toContain('"d\ufffd" is not UTF-8');
  });

  test('"help" and "version" are understood as words', async () => {
    expect(await run('help')).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Usage: ekv-example /) });
    expect(await run('version')).toMatchObject({ code: 0, stdout: '1.2.3\n' });
  });
});

describe('a result that cannot be written', { timeout: 60_000 }, () => {
  test('is exit 1, told in the form of the log', async () => {
    writeFileSync(trace, '');
    // For reading alone.
    const full = openSync(trace, 'r');
    const text = await start(['--json'], {}, full).ended;
    expect(text.code).toBe(1);
    expect(text.stderr).toMatch(/\nekv-example: the result cannot be written to standard output: EBADF.*\n$/);
    const json = await start(['--json', '--log-format', 'json'], {}, full).ended;
    expect(
      json.stderr
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line).level),
    ).toEqual(['WARN', 'INFO', 'ERROR']);
    expect((await start(['--json', '--do', 'bad data'], {}, full).ended).code).toBe(2);
    closeSync(full);
  });
});
