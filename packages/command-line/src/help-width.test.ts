import { expect, test } from 'vitest';
import { helpWidth, wrappedText } from './help-width.ts';
import { programCommand, withSharedFlags } from './program-command.ts';

test.each([
  [undefined, undefined, 110],
  ['80', undefined, 80],
  ['80', 200, 80],
  [undefined, 72, 72],
  ['', 72, 72],
  ['x', 72, 72],
  ['10', undefined, 40],
  [undefined, 300, 110],
] as const)('COLUMNS %j and a terminal of %j columns give help of %d columns', (columns, terminal, width) => {
  expect(helpWidth(columns, terminal)).toBe(width);
});

test.each([40, 60, 80, 110])('nothing in a help of %d columns is wider, and no word is lost', (columns) => {
  const before = process.env.COLUMNS;
  process.env.COLUMNS = String(columns);
  const command = withSharedFlags(
    programCommand({
      name: 'ekv-x',
      description: 'Does a thing that takes some words to be told in full, more than fit into one narrow line.',
      version: '1',
      after:
        'Examples:\n  $0 --input 0000000000000015.fsm --output dump --adapter redis --strict\n\nExit codes: 0 done; 1 every failure; 128 + signal when stopped.',
    }).option('--a-flag-with-a-long-name <value>', 'what it means, in so many words that they need more than one line'),
  );
  let text = '';
  command.configureOutput({ writeOut: (piece) => (text += piece) });
  command.outputHelp();
  if (before === undefined) delete process.env.COLUMNS;
  else process.env.COLUMNS = before;
  expect(text.split('\n').filter((line) => line.length > columns)).toEqual([]);
  const words = text.replaceAll(/[\s\\]+/g, ' ');
  for (const part of [
    'in so many words that they need more than one line',
    '--adapter redis --strict',
    '1 every failure',
  ])
    expect(words).toContain(part);
});

test('a command line that is broken can still be pasted', () => {
  expect(wrappedText('  ekv-x --input a.fsm --output dump', 24, 'ekv-x')).toBe(
    '  ekv-x --input a.fsm \\\n    --output dump',
  );
});

test('sentences go on at the margin', () => {
  expect(wrappedText('one two three four', 9, 'ekv-x')).toBe('one two\nthree\nfour');
});

test('a line that fits is left as it was written, with its columns', () => {
  expect(wrappedText('  ekv-x do    what it does', 40, 'ekv-x')).toBe('  ekv-x do    what it does');
});

test.each([
  [
    '  128 + n  stopped by a signal of somebody',
    24,
    '  128 + n  stopped by a\n           signal of\n           somebody',
  ],
  ['  ekv-x list     prints what there is in it', 34, '  ekv-x list     prints what there\n                 is in it'],
  ['  ekv-x list     prints what there is in it', 24, '  ekv-x list\n    prints what there is\n      in it'],
])('what stands in columns goes on in its column, or below it where that is narrow: %j', (line, width, wrapped) => {
  expect(wrappedText(line, width, 'ekv-x')).toBe(wrapped);
});
