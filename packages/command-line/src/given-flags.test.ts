import { Command } from 'commander';
import { expect, test } from 'vitest';
import { GivenFlags } from './given-flags.ts';

function flags(...words: string[]): GivenFlags {
  const command = new Command('ekv-test')
    .option('--input <file>', 'a value')
    .option('--log-level <level>', 'a value', 'low')
    .option('--part <file...>', 'several values')
    .option('--self-test', 'a switch');
  command.parse(words, { from: 'user' });
  return new GivenFlags(command);
}

test('a flag with a value is what was given, its default, or nothing', () => {
  expect(flags('--input=a', '--log-level=b').text('input')).toBe('a');
  expect(flags('--input=').text('input')).toBe('');
  expect(flags().text('input')).toBeUndefined();
  expect(flags().text('log-level')).toBe('low');
});

test('a flag that may be given several times is all that was given, in that order', () => {
  expect(flags('--part=a', '--self-test', '--part=', '--part=b').texts('part')).toEqual(['a', '', 'b']);
  expect(flags().texts('part')).toEqual([]);
  expect(() => flags('--part=a').text('part')).toThrow(TypeError);
  expect(() => flags('--input=a').texts('input')).toThrow(TypeError);
});

test('a switch is on when it was given', () => {
  expect(flags('--self-test').isOn('self-test')).toBe(true);
  expect(flags().isOn('self-test')).toBe(false);
});

test('the flags that were given are named, not those that have their default', () => {
  expect(flags('--self-test', '--input=').names()).toEqual(['input', 'self-test']);
  expect(flags().names()).toEqual([]);
});

test('a name that the command lacks, and a flag of the other kind, are defects', () => {
  expect(() => flags().text('inptu')).toThrow('ekv-test has no flag --inptu');
  expect(() => flags('--self-test').text('self-test')).toThrow(TypeError);
  expect(() => flags('--input=a').isOn('input')).toThrow(TypeError);
});
