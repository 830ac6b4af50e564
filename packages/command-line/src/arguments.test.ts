import { UsageError } from '@ekv/snapshot';
import { Command, Option } from 'commander';
import { expect, test } from 'vitest';
import { normalizedArguments } from './arguments.ts';

const COMMAND = new Command('ekv-test')
  .option('--input <file>', 'a value')
  .option('--last-commit-ts <ts>', 'a value')
  .option('--part <file...>', 'several values')
  .option('--all', 'a switch')
  .option('--self-test', 'a switch')
  .addOption(new Option('--log-format <format>').choices(['text', 'json']));

function normalized(...words: string[]): string[] {
  return normalizedArguments(words, COMMAND);
}

test.each([[['--input', 'a']], [['--input=a']], [['-input', 'a']], [['-input=a']]])(
  'a flag with a value is read from %j: one dash is as good as two',
  (words) => {
    expect(normalized(...words)).toEqual(['--input=a']);
  },
);

test.each(['-x', '--all', '--', '-', '', '-h', '--help'])('the next word is the value, even when it is %j', (value) => {
  expect(normalized('--input', value)).toEqual([`--input=${value}`]);
});

test('a value may be empty, hold = and line breaks', () => {
  expect(normalized('--input=')).toEqual(['--input=']);
  expect(normalized('--input=a=b\nc')).toEqual(['--input=a=b\nc']);
});

test.each([' ', '\t', '\n', '\u00a0 '])(
  'a path of white space alone, %j, is refused: it is no name that anybody chose',
  (value) => {
    expect(() => normalized('--input', value)).toThrow(UsageError);
    expect(() => normalized(`--input=${value}`)).toThrow(`the flag --input needs a path, not ${JSON.stringify(value)}`);
    expect(normalized('--last-commit-ts', value)).toEqual([`--last-commit-ts=${value}`]);
  },
);

test.each(['1', 't', 'T', 'true', 'True', 'TRUE'])('a switch is on with =%s', (value) => {
  expect(normalized(`--all=${value}`)).toEqual(['--all']);
  expect(normalized(`-all=${value}`)).toEqual(['--all']);
});

test.each(['0', 'f', 'F', 'false', 'False', 'FALSE'])('a switch is off with =%s', (value) => {
  expect(normalized(`--all=${value}`)).toEqual([]);
});

test.each(['', 'yes', 'on', 'tRUE', '2', ' true'])(
  'a switch is not set by =%j, and flag and value are named',
  (value) => {
    expect(() => normalized(`--all=${value}`)).toThrow(UsageError);
    expect(() => normalized(`--all=${value}`)).toThrow(`--all must be true or false, not ${JSON.stringify(value)}`);
  },
);

test('a plain word at any place is the value of the flag that the command declares as its argument, once', () => {
  const command = new Command('ekv-test').argument('[input]').option('--input <file>', 'a value').option('--all', 'x');
  const read = (...words: string[]) => normalizedArguments(words, command);
  expect(read('--all', 'a')).toEqual(['--all', '--input=a']);
  expect(read('-', '--all')).toEqual(['--input=-', '--all']);
  expect(read('--all', 'help')).toEqual(['--help']);
  expect(() => read('a', 'b')).toThrow(/unexpected word "b"/);
  expect(() => read('--input', 'a', 'b')).toThrow(/unexpected word "b"/);
});

test('of several arguments each takes the first word that none before it has', () => {
  const command = new Command('ekv-test')
    .argument('[from]')
    .argument('[to]')
    .option('--from <file...>', 'values')
    .option('--to <file...>', 'values')
    .option('--all', 'x');
  const read = (...words: string[]) => normalizedArguments(words, command);
  expect(read('a', '--all', 'b')).toEqual(['--from=a', '--all', '--to=b']);
  expect(read('--to', 'b', 'a')).toEqual(['--to=b', '--from=a']);
  expect(read('--from', 'a', '--from', 'c', 'b')).toEqual(['--from=a', '--from=c', '--to=b']);
  expect(() => read('a', 'b', 'c')).toThrow(/unexpected word "c"/);
});

test('of a flag that is given twice the last one counts', () => {
  expect(normalized('--input', 'a', '--all', '--input=b')).toEqual(['--all', '--input=b']);
  expect(normalized('--all', '--all=false')).toEqual([]);
  expect(normalized('--all=false', '-all')).toEqual(['--all']);
});

test('the value of a switch is no next word: a plain word is refused and named', () => {
  expect(() => normalized('--self-test', 'true')).toThrow(UsageError);
  expect(() => normalized('--self-test', 'true')).toThrow(/unexpected word "true"/);
});

test.each(['word', '-', '--', '', 'in.fsm'])('the plain word %j is refused and named', (word) => {
  expect(() => normalized(word)).toThrow(UsageError);
  expect(() => normalized(word)).toThrow(JSON.stringify(word));
});

test.each([
  '--inputs',
  '--inp',
  '--INPUT',
  '--Input',
  '-i',
  '--last_commit_ts',
  '---input',
  '--=x',
  '--=',
  '-=x',
  '--no-all',
])('the unknown flag %s is refused and named: no abbreviations, exact case', (flag) => {
  expect(() => normalized(flag)).toThrow(UsageError);
  expect(() => normalized(flag)).toThrow(`unknown flag ${flag}`);
});

test('an unknown flag is named without its value', () => {
  expect(() => normalized('--password=secret')).toThrow(/^unknown flag --password; /);
});

test('a missing value is refused, the flag named with the values it can have', () => {
  expect(() => normalized('--all', '--input')).toThrow(UsageError);
  expect(() => normalized('--input')).toThrow('--input needs a value');
  expect(() => normalized('--log-format')).toThrow('--log-format needs a value, one of text, json');
});

test.each(['-h', '--help', '-help', '--h'])('%s asks for help, whatever else is given', (word) => {
  expect(normalized('--all', word, '--input')).toEqual(['--help']);
});

test('--version asks for the version', () => {
  expect(normalized('--all', '--version')).toEqual(['--version']);
});

test.each(['--help=false', '--version=0', '-h=F'])('%s asks for nothing, as for any other switch', (word) => {
  expect(normalized(word, '--input', 'x')).toEqual(['--input=x']);
  expect(() => normalized(word.replace(/=.*/, '=maybe'), '--input', 'x')).toThrow('must be true or false');
});

test('a wrong word before --help is told instead of it', () => {
  expect(() => normalized('--bogus', '--help')).toThrow(/--bogus/);
});

test.each([
  ['--inptu', '--input'],
  ['--lastcommitts', '--last-commit-ts'],
  ['--last_commit_ts', '--last-commit-ts'],
  ['--selftest', '--self-test'],
  ['--Input', '--input'],
  ['-i', '--input'],
])('a mistyped flag %s is told with the one that is meant, %s', (flag, meant) => {
  expect(() => normalized(flag, 'x')).toThrow(`unknown flag ${flag}; did you mean ${meant}? --help lists the flags`);
});

test('a mistyped value of a choice is told with the one that is meant, and all others', () => {
  expect(() => normalized('--log-format', 'jsn')).toThrow(
    "the flag --log-format: 'jsn' is invalid, did you mean json?; choose one of text, json",
  );
});

test('a flag that became the value of another one is named, not the innocent word behind it', () => {
  expect(() => normalized('--input', '--all', 'b')).toThrow('unexpected word "b": --input was given the value --all');
});

test('words without flags are shown with the flags they need, as a shell wants them', () => {
  const command = new Command('ekv-test').option('--input <file>').option('--output <folder>');
  const tried =
    (...words: string[]) =>
    () =>
      normalizedArguments(words, command);
  expect(tried('a.fsm', "o'ut")).toThrow("ekv-test --input a.fsm --output 'o'\\''ut'");
  expect(tried('a.fsm')).toThrow('ekv-test --input a.fsm --output <folder>');
  expect(tried('a', 'b', 'c')).toThrow('flags begin with --');
});

test.each(['help', 'version'])('the word %s is understood', (word) => {
  expect(normalized(word)).toEqual([`--${word}`]);
});

test('a word that is not UTF-8, and so came as another one, is refused', () => {
  expect(() => normalized('--input', 'd\ufffd/out')).toThrow(UsageError);
  expect(() => normalized('--input=d\ufffd/out')).toThrow(/"--input=d\ufffd\/out" is not UTF-8/);
});

test('of a flag that may be given several times all values count, in their order, each a word of its own', () => {
  expect(normalized('--part', 'a', '--all', '--part=b', '-part', '--all')).toEqual([
    '--part=a',
    '--part=b',
    '--part=--all',
    '--all',
  ]);
  expect(() => normalized('--part', 'a', 'b')).toThrow(UsageError);
  expect(() => normalized('--part', ' ')).toThrow('the flag --part needs a path');
});

test.each([
  ['--as-of', '--from-as-of or --to-as-of'],
  ['--at', '--from-as-of or --to-as-of'],
  ['-at=5', '--from-as-of or --to-as-of'],
  ['--filter', '--match'],
  ['--table', '--scope'],
  ['--root', '--scratch-root'],
])('a flag %s that is called otherwise elsewhere, or a part of the name, is told with %s', (flag, meant) => {
  const command = new Command('ekv-test')
    .option('--from-as-of <moment>', 'x')
    .option('--to-as-of <moment>', 'x')
    .option('--match <pattern...>', 'x')
    .option('--scope <scope...>', 'x')
    .addOption(new Option('--filter-of <x>').hideHelp())
    .option('--scratch-root <folder>', 'x');
  const name = flag.replace(/=.*/, '');
  expect(() => normalizedArguments([flag, 'x'], command)).toThrow(
    `unknown flag ${name}; did you mean ${meant}? --help lists the flags`,
  );
});
