import { expect, test } from 'vitest';
import { Command } from './command.ts';
import { Flag } from './flag.ts';

const command = () =>
  new Command('ekv-test')
    .describe('Does a thing.', '1.2.3', (width) => `After, ${width} wide.`)
    .argument('[input]')
    .option('--input <file>', 'what is read')
    .option('--level <level>', 'how much', 'low')
    .option('--part <file...>', 'several')
    .option('--self-test', 'a switch')
    .choice('--log-format <format>', 'form of the lines', ['text', 'json']);

test('a flag knows its name, whether it has a value, and whether it may be given several times', () => {
  const [one, many, none] = [new Flag('--input <file>', ''), new Flag('--part <file...>', ''), new Flag('--all', '')];
  expect([one.long, one.name(), one.required, one.variadic]).toEqual(['--input', 'input', true, false]);
  expect([many.long, many.required, many.variadic]).toEqual(['--part', true, true]);
  expect([none.long, none.required, none.variadic]).toEqual(['--all', false, false]);
  expect(new Flag('--log-format <format>', '').attributeName()).toBe('logFormat');
});

test.each(['input', '-i', '--Input', '--input [file]', '--input=<file>', '-i, --input'])(
  'a flag of another form, %j, is a defect',
  (flags) => {
    expect(() => new Flag(flags, '')).toThrow(TypeError);
  },
);

test('what was given stands beside the defaults, and what was given before is forgotten', () => {
  const given = command();
  expect(given.take(['--input=a=b', '--part=x', '--self-test', '--part='])).toBeUndefined();
  expect(given.opts()).toEqual({ input: 'a=b', level: 'low', part: ['x', ''], selfTest: true });
  given.take(['--input=', '--level=high']);
  expect(given.opts()).toEqual({ input: '', level: 'high' });
});

test('help and version are asked for instead of a run', () => {
  expect(command().take(['--help'])).toBe('help');
  expect(command().take(['--version'])).toBe('version');
});

test('a flag that the command lacks is a defect: it was refused before', () => {
  expect(() => command().take(['--other'])).toThrow(TypeError);
});

test('the help names all flags with their values and defaults, those that all programs have last', () => {
  expect(command().help(80)).toBe(`Usage: ekv-test [options] [input]

Does a thing.

Options:
  --input <file>         what is read
  --level <level>        how much (default: "low")
  --part <file...>       several
  --self-test            a switch
  --log-format <format>  form of the lines (choices: "text", "json")
  --version              print the version
  -h, --help             print this help

After, 80 wide.
`);
});

test('in a narrow help what a flag means stands below it', () => {
  expect(command().help(40)).toContain(`
  --log-format <format>
    form of the lines (choices: "text",
    "json")
`);
});
