import { cpSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runsOf } from '@ekv/test-support/program-run';
import { temporaryFolder } from '@ekv/test-support/temporary-folder';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { COMMANDS } from './commands.ts';
import { run } from './program.test-support.ts';

vi.setConfig({ testTimeout: 60_000 });

const fromRoot = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
const NODE_FILE = fromRoot('fixtures/golden/live/all-four/00000000000001b9.fsm');

/** The programs that are commands of ekv, each with its commands. */
const ALONE = {
  decode: [[]],
  encode: [[]],
  archive: [[], ['pack'], ['unpack'], ['verify'], ['list']],
  restore: [[], ['prepare'], ['verify']],
} as const;

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
});

/** What a program alone prints, in the words of a command of ekv. */
function asCommand(text: string, program: string): string {
  return text.replaceAll(new RegExp(`\\bekv-(${program}|encode|decode|archive|restore)\\b`, 'g'), 'ekv $1');
}

describe('help', () => {
  test('lists all commands, each with what it does, and says how to go on', async () => {
    const { code, stdout, stderr } = await run('--help');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const { name, summary } of COMMANDS) expect(stdout).toMatch(new RegExp(`^  ekv ${name} +${summary}$`, 'm'));
    expect(stdout).toContain('ekv help decode');
    expect(await run('help')).toEqual(await run('--help'));
    expect(await run('-h')).toEqual(await run('--help'));
  });

  const all = Object.entries(ALONE).flatMap(([program, commands]) =>
    commands.map((words) => [program, words] as const),
  );

  test.each(all)('ekv %s %j has the help of the program alone, with the names of ekv', async (program, words) => {
    const alone = runsOf(fromRoot(`apps/${program}-cli/dist/main.js`));
    const { stdout } = await alone.run(...words, '--help');
    const command = await run(program, ...words, '--help');
    expect(command).toEqual({ code: 0, signal: null, stderr: '', stdout: asCommand(stdout, program) });
    expect(command.stdout).not.toMatch(/\bekv-/);
    expect(await run('help', program, ...words)).toEqual(command);
  });
});

test('the version is that of ekv, of each command too', async () => {
  const { stdout } = await run('--version');
  expect(stdout).toMatch(/^ekv\/\S+\n$/);
  for (const words of [['version'], ['decode', '--version'], ['archive', 'pack', 'version']])
    expect(await run(...words)).toMatchObject({ code: 0, stdout });
});

describe('what cannot be understood', () => {
  test.each([
    [[], 'ekv: name a command, '],
    [['decod'], 'ekv: unknown command "decod"; did you mean decode? name one, '],
    [['frobnicate'], 'ekv: unknown command "frobnicate"; name one, '],
    [['help', 'encod'], 'ekv: there is no help on "encod", did you mean encode? commands are decode, '],
    [['--json=false', 'decode'], 'ekv: the command decode must be the first word, before all flags; --help shows'],
    [['archive'], 'ekv archive: name a command, pack, unpack, verify or list'],
    [['archive', 'pakc'], 'ekv archive: unknown command "pakc"; did you mean pack? name one, pack'],
    [['archive', 'list'], 'ekv archive list: name the archive to list: ekv archive list <file>'],
    [['decode', '--outputt', 'x'], 'ekv decode: unknown flag --outputt; did you mean --output? '],
    [['inspect', '--at', '5'], 'ekv inspect: unknown flag --at; did you mean --as-of? '],
    [['decode', '--html', 'x'], 'ekv decode: unknown flag --html; ekv inspect has it; --help lists the flags'],
    [['restore', 'verify', '--html', 'x'], 'ekv restore verify: unknown flag --html; ekv inspect has it; --help'],
    [['inspect', '--peers', 'x'], 'ekv inspect: unknown flag --peers; ekv restore prepare has it; --help'],
    [['archive', 'list', '--adapter', 'x'], '--adapter; ekv decode, ekv encode and ekv diff have it; --help'],
    [['decode', '--frobnicate'], 'ekv decode: unknown flag --frobnicate; --help lists the flags'],
    [['encode', 'dump', 'x.fsm'], 'say it with flags, ekv encode --input dump --output x.fsm'],
  ])('ekv %j: exit 1, one line, nothing on standard output', async (words, said) => {
    const { code, stdout, stderr } = await run(...words);
    expect({ code, stdout, lines: stderr.split('\n').length }).toEqual({ code: 1, stdout: '', lines: 2 });
    expect(stderr).toContain(said);
  });

  test('with --json it is told as an object, too', async () => {
    const { code, stdout } = await run('archive', 'pack', '--json');
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, tool: 'ekv archive pack', error: { kind: 'usage' } });
  });
});

test('a snapshot walks through all commands, each with the working thread of its own', async () => {
  const at = (name: string) => join(folder, name);
  const steps = [
    ['decode', '--input', NODE_FILE, '--output', at('dump'), '--json'],
    ['archive', 'pack', '--input', at('dump'), '--output', at('dump.tar.zst'), '--json'],
    ['archive', 'verify', at('dump.tar.zst'), '--json'],
    ['archive', 'list', at('dump.tar.zst'), '--json'],
    ['archive', 'unpack', '--input', at('dump.tar.zst'), '--output', at('again'), '--json'],
    ['encode', '--input', at('again'), '--output', at('out.fsm'), '--self-test', '--json'],
    [
      ...['restore', 'prepare', '--input', at('out.fsm'), '--data-dir', at('node'), '--index', '1', '--json'],
      ...['--peers', 'n1=10.0.0.1:2380', '--fresh-cluster', '--allow-missing-cluster-id'],
    ],
    ['restore', 'verify', at('node'), '--json'],
  ];
  for (const words of steps) {
    const { code, stdout, stderr } = await run(...words);
    expect(code, stderr).toBe(0);
    const tool = ['ekv', ...words.slice(0, /^(?:archive|restore)$/.test(words[0]!) ? 2 : 1)].join(' ');
    expect(JSON.parse(stdout)).toMatchObject({ ok: true, tool });
  }
  const golden = readFileSync(fromRoot('fixtures/golden/live/all-four/out.fsm'));
  expect(readFileSync(at('out.fsm')).equals(golden)).toBe(true);
});

test('messages of the packages name programs as commands of ekv', async () => {
  await run('decode', '--input', NODE_FILE, '--output', join(folder, 'dump'));
  cpSync(NODE_FILE, join(folder, 'a.fsm'));
  const listed = await run('archive', 'list', join(folder, 'a.fsm'));
  expect(listed.stderr).toContain('it is a snapshot, which ekv decode reads');
  const verified = await run('restore', 'verify', join(folder, 'dump'), '--json');
  expect(JSON.parse(verified.stdout).ok).toBe(false);
  const missing = await run('restore', 'verify', join(folder, 'none'), '--json');
  expect(JSON.parse(missing.stdout).error.message).toContain('that ekv restore prepare made');
  expect(existsSync(join(folder, 'none'))).toBe(false);
});
