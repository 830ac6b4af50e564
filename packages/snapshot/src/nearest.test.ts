import { expect, test } from 'vitest';
import { didYouMean, nearest } from './nearest.ts';

const FLAGS = ['--input', '--input-snap-dir', '--output', '--self-test', '--last-commit-ts', '--strict', '--version'];

test.each([
  ['--inptu', '--input'],
  ['--imput', '--input'],
  ['--inp', '--input'],
  ['--INPUT', '--input'],
  ['--ouput', '--output'],
  ['--selftest', '--self-test'],
  ['--last_commit_ts', '--last-commit-ts'],
  ['--verison', '--version'],
])('%s means %s', (word, flag) => {
  expect(nearest(word, FLAGS)).toBe(flag);
  expect(didYouMean(word, FLAGS)).toBe(`, did you mean ${flag}?`);
});

test.each(['--bogus', '--x', '-', '', '--password', `--${'input'.repeat(10_000)}`])(
  '%.20s means none of them',
  (word) => {
    expect(nearest(word, FLAGS)).toBeUndefined();
    expect(didYouMean(word, FLAGS)).toBe('');
  },
);
