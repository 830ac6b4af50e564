import { beforeAll, expect, test, vi } from 'vitest';
import { COMMANDS } from '../commands.ts';
import { allOf, type DescribedCommand, describedCommand } from '../described-command.ts';
import { ekvOf } from '../ekv.ts';
import { run } from '../program.test-support.ts';
import { TOPICS } from './topics.ts';

vi.setConfig({ testTimeout: 60_000 });

let commands: readonly DescribedCommand[];
beforeAll(async () => {
  commands = allOf(await describedCommand(ekvOf(COMMANDS)({ name: 'ekv', version: '', work: '' }), ''));
});

/** Command lines of `ekv` in a text, without what they are piped to. */
function linesIn(text: string): string[] {
  return text
    .split('\n')
    .flatMap((line) => /^ {2,}(?:.*\| )?(ekv .*)$/.exec(line)?.[1] ?? [])
    .map((line) => line.replace(/ [|>] .*/, ''));
}

/** What of a command line is not there: its command, or flags. */
function unknownIn(line: string): string[] {
  const command = commands.findLast(({ words }) => `${line} `.startsWith(`${words.join(' ')} `))!;
  if (command.commands.length > 0) return [line];
  const known = new Set(command.flags.map(({ name }) => `--${name}`));
  return (line.match(/(?<= )--[a-z][a-z-]*/g) ?? [])
    .filter((flag) => !known.has(flag))
    .map((flag) => `${line}: ${flag}`);
}

test.each(TOPICS)(
  'ekv help $name prints its text as wide as is wanted, and its examples are those of commands that are there',
  async ({ name, load }) => {
    const { code, stdout, stderr } = await run('help', name);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const text = (await load()).replaceAll('$0', 'ekv');
    const words = (from: string) => from.split(/[\s\\]+/).filter((word) => word !== '');
    expect(words(stdout)).toEqual(words(text));
    expect(stdout.split('\n').filter((line) => line.length > 110 && line.includes(' '))).toEqual([]);
    expect(stdout.endsWith('\n') && !stdout.endsWith('\n\n')).toBe(true);
    expect(linesIn(text).flatMap(unknownIn)).toEqual([]);
  },
);

test('examples of helps name flags and commands that are there', () => {
  const lines = commands.flatMap(({ after }) => linesIn(after.replace(/^(?:Commands|Topics):\n(?:.+\n)+/gm, '')));
  expect(lines.length).toBeGreaterThan(25);
  expect(lines.filter((line) => !line.includes('ekv completion')).flatMap(unknownIn)).toEqual([]);
});

test('a flag that is not there would be found', () => {
  expect(unknownIn('ekv archive pack --input a --outputt b')).toEqual([
    'ekv archive pack --input a --outputt b: --outputt',
  ]);
  expect(linesIn("  ssh b 'cat x' | ekv archive list - | grep redis/\nekv is here")).toEqual(['ekv archive list -']);
});

test('a topic that is not there is answered with the nearest, and with all of them', async () => {
  const { code, stderr } = await run('help', 'exit-code');
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /^ekv: there is no help on "exit-code", did you mean exit-codes\? commands are decode, .*; topics are examples, /,
  );
  expect((await run('exit-codes')).stderr).toContain('unknown command "exit-codes"; did you mean help exit-codes? ');
  expect((await run('help', 'archive', 'pakc')).stderr).toMatch(/^ekv archive: unknown command "pakc"/);
});
