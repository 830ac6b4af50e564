import { expect, test } from 'vitest';
import { programCommand, textAfterFlags, withSharedFlags } from './program-command.ts';

function command(after = '') {
  return programCommand({ name: 'ekv-x', description: 'Does x.', version: '1', after });
}

const titlesOf = (text: string) => text.match(/^\w.*:$/gm);

test('flags stand in groups, in the order in which these begin; those of all programs, help and version are in the last', () => {
  const grouped = withSharedFlags(
    command().optionsGroup('Input:').option('--a', 'is a').optionsGroup('The run:').option('--b', 'is b'),
  );
  const help = grouped.helpInformation();
  expect(titlesOf(help)).toEqual(['Input:', 'The run:']);
  expect(help).toMatch(/^The run:\n {2}--b .*--quiet .*--log-format .*--version .*-h, --help/ms);
});

test('without groups all flags are options', () => {
  expect(titlesOf(withSharedFlags(command().option('--a', 'is a')).helpInformation())).toEqual(['Options:']);
});

test('a flag that is hidden is not in the help', () => {
  const hidden = command().option('--a', 'is a').option('--b', 'is b');
  hidden.options.find(({ long }) => long === '--a')!.hideHelp();
  expect(hidden.helpInformation()).not.toContain('--a');
  expect(hidden.helpInformation()).toContain('--b');
});

test('the text after the flags is kept as it was given, with the name of the program', () => {
  const text = `Examples:\n  $0 --input x\n\n${'A paragraph of many words. '.repeat(20)}`;
  expect(textAfterFlags(command(text))).toBe(text.replaceAll('$0', 'ekv-x'));
});
