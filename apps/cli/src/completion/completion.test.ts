import { beforeAll, describe, expect, test, vi } from 'vitest';
import { COMMANDS } from '../commands.ts';
import { allOf, type DescribedCommand } from '../described-command.ts';
import { bashCompletion } from './bash.ts';
import { completedCommand } from './completion.ts';
import { fishCompletion } from './fish.ts';
import { SHELLS } from './shells.test-support.ts';
import { zshCompletion } from './zsh.ts';

vi.setConfig({ testTimeout: 60_000 });

const SCRIPTS: ReadonlyMap<string, (ekv: DescribedCommand) => string> = new Map([
  ['bash', bashCompletion],
  ['zsh', zshCompletion],
  ['fish', fishCompletion],
]);

let ekv: DescribedCommand;
beforeAll(async () => {
  ekv = await completedCommand(COMMANDS);
});

const commandAt = (...words: readonly string[]) =>
  allOf(ekv).find((command) => command.words.join(' ') === ['ekv', ...words].join(' '))!;
const namesBelow = (command: DescribedCommand) => command.commands.map(({ words }) => words.at(-1)!);

describe('what is completed', () => {
  test('all commands, and behind help all of them again with the topics', () => {
    expect(namesBelow(ekv)).toEqual([...COMMANDS.map(({ name }) => name), 'help']);
    expect(namesBelow(commandAt('help'))).toEqual([
      ...COMMANDS.map(({ name }) => name),
      'examples',
      'recovery',
      'addresses',
      'filters',
      'exit-codes',
      'environment',
    ]);
    expect(namesBelow(commandAt('help', 'archive'))).toEqual(namesBelow(commandAt('archive')));
    expect(commandAt('help', 'decode').flags).toEqual([]);
  });

  test('flags with what their value is', () => {
    const flag = (name: string) => commandAt('decode').flags.find((one) => one.name === name);
    expect(flag('input')).toMatchObject({ value: 'file', isRepeated: true, values: [] });
    expect(flag('adapter')).toMatchObject({ value: 'list', values: ['redis', 'dynamodb', 's3', 'sqs', 'all'] });
    expect(flag('check')).toMatchObject({ value: undefined });
    expect(flag('help')).toMatchObject({ short: 'h' });
    expect(commandAt('archive', 'list').operand).toMatchObject({ name: 'input' });
  });

  test('whatever command has it, --expired proposes keep and drop', () => {
    const commands = allOf(ekv).filter(({ flags }) => flags.some(({ name }) => name === 'expired'));
    expect(commands.map(({ words }) => words.at(-1)).sort()).toEqual(['decode', 'diff', 'encode', 'get', 'inspect']);
    for (const { flags } of commands)
      expect(flags.find(({ name }) => name === 'expired')!.values).toEqual(['keep', 'drop']);
  });

  test('a flag of which the help says the only values proposes these', () => {
    // Such as "keep, or drop: ..." and "folder, tar or tar.zst, ...".
    const listed = /^(?:[a-z.-]+, )*[a-z.-]+,? or [a-z.-]+(?=[:,])/;
    const flags = allOf(ekv).flatMap((command) =>
      command.flags.map((flag) => ({ command: command.words.join(' '), ...flag })),
    );
    const told = flags.filter(({ value, description }) => value !== undefined && listed.test(description ?? ''));
    expect(told.length).toBeGreaterThan(5);
    expect(told.filter(({ values }) => values.length === 0).map(({ command, name }) => `${command} --${name}`)).toEqual(
      [],
    );
  });
});

/** The form of every line of a script that is made of a flag or a command. */
const LINES: Readonly<Record<string, RegExp>> = {
  bash: /^ {6}'[a-z -]*'\)(?: \[\[ \$cur == -\* \]\] \|\| return;)? words='[\w -]*' flags='(?:--[a-z][a-z0-9-]*(?: (?=-)|(?=')))*' ;;$/,
  zsh: /^ {4}(?:'(?:\*)?--[a-z][a-z0-9-]*=?\[(?:[^'[\]\\]|\\[[\]:$`\\]|'\\'')*\](?::\w[\w-]*:(?:_files(?: -\/)?| |\([\w. -]+\)))?'|'\(- \*\)'(?:--version|\{-h,--help\})'\[[^'\]]*\]'|'\*:\w+:_files'|'1: :->command'|'\*:: :->words')(?: \\)?$/,
  fish: /^complete -c ekv -n '__ekv_at "(?: [a-z-]+)*"'(?: -a [a-z-]+| (?:-s h )?-l [a-z][a-z0-9-]*(?: -r -F| -x(?: -a '[\w.() -]+')?)?| -F)(?: -d '(?:[^'\\]|\\['\\])+')?$/,
};
const BEGINNINGS: Readonly<Record<string, string>> = { bash: "      '", zsh: "    '", fish: 'complete -c ekv -n' };

describe.each([...SCRIPTS])('the script for %s', (shell, scriptOf) => {
  const places = () => scriptOf(ekv).split('\n');

  test('has every flag and every command in a line of the right form', () => {
    const lines = places().filter((line) => line.startsWith(BEGINNINGS[shell]!));
    expect(lines.length).toBeGreaterThan(25);
    // Patterns of bash that stand in one line are looked at below.
    expect(lines.filter((line) => !LINES[shell]!.test(line) && !line.includes(') at="$at '))).toEqual([]);
    for (const { words, flags, commands } of allOf(ekv)) {
      const place = shell === 'zsh' ? `_${words.join('_')}()` : words.slice(1).join(' ');
      expect(scriptOf(ekv)).toContain(place);
      for (const { name } of flags) expect(scriptOf(ekv)).toContain(shell === 'fish' ? `-l ${name}` : `--${name}`);
      for (const one of commands) expect(scriptOf(ekv)).toContain(one.words.at(-1));
    }
  });

  test('is the same each time', async () => {
    expect(scriptOf(await completedCommand(COMMANDS))).toBe(scriptOf(ekv));
  });

  test('has nothing but ASCII in it, and ends with a line feed', () => {
    expect(scriptOf(ekv)).toMatch(/^[\n\x20-\x7e]*[^\n]\n$/);
  });
});

describe.each([...SHELLS])('%s', (shell, proposals) => {
  const files = ['a.fsm', 'b.fsm', 'c d'];
  const proposed = (...words: readonly string[]) => proposals(SCRIPTS.get(shell)!(ekv), ['ekv', ...words], files);
  const sorted = (words: readonly string[]) => [...words].sort();

  test('proposes the commands, those that begin so, and those of a command', () => {
    expect(sorted(proposed(''))).toEqual(sorted(namesBelow(ekv)));
    expect(proposed('arc')).toEqual(['archive']);
    expect(sorted(proposed('archive', ''))).toEqual(['list', 'pack', 'unpack', 'verify']);
    expect(proposed('archive', 'u')).toEqual(['unpack']);
    expect(sorted(proposed('help', 'ex'))).toEqual(['examples', 'exit-codes']);
    expect(proposed('help', 'restore', 'p')).toEqual(['prepare']);
    expect(sorted(proposed('completion', ''))).toEqual(['bash', 'fish', 'zsh']);
  });

  test('proposes the flags of the command', () => {
    expect(sorted(proposed('archive', 'verify', '--m'))).toEqual(['--max-bytes', '--max-members']);
    expect(proposed('archive', 'pack', '--input', 'a.fsm', '--o')).toEqual(['--output']);
    expect(proposed('decode', '--self')).toEqual([]);
  });

  test('proposes values that are known, behind a blank and behind =', () => {
    expect(sorted(proposed('decode', '--adapter', ''))).toEqual(['all', 'dynamodb', 'redis', 's3', 'sqs']);
    expect(sorted(proposed('decode', '--check', '--log-format', 't'))).toEqual(['text']);
    for (const command of ['decode', 'encode', 'get', 'diff'])
      expect(sorted(proposed(command, '--expired', ''))).toEqual(['drop', 'keep']);
    const behind = proposed('archive', 'pack', '--compression=').map((word) => word.replace('--compression=', ''));
    expect(sorted(behind)).toEqual(['none', 'zstd']);
  });

  test('proposes files where a path belongs, and none elsewhere', () => {
    expect(sorted(proposed('decode', '--input', ''))).toEqual(expect.arrayContaining(['a.fsm', 'b.fsm']));
    expect(proposed('encode', '--output', 'b')).toEqual(['b.fsm']);
    expect(proposed('archive', 'verify', 'a')).toEqual(['a.fsm']);
    expect(proposed('decode', '--cluster-id', 'a')).toEqual([]);
    expect(proposed('help', 'a').filter((word) => word.endsWith('.fsm'))).toEqual([]);
  });
});

test('bash, which is on every machine, is among the shells that were asked', () => {
  expect([...SHELLS.keys()]).toContain('bash');
});
