import { UsageError } from '@ekv/snapshot';
import { Command } from 'commander';
import { expect, test } from 'vitest';
import { GivenFlags } from './given-flags.ts';
import { WORKERS_FLAG, workersOf } from './workers-flag.ts';

function given(...words: string[]) {
  const command = new Command().option(...WORKERS_FLAG);
  command.parse(words, { from: 'user' });
  return workersOf(new GivenFlags(command));
}

test('--workers is a whole number from 1 to 256, and left to the run when it is not given', () => {
  expect([given(), given('--workers', '1'), given('--workers=256')]).toEqual([{}, { workers: 1 }, { workers: 256 }]);
});

test.each(['', '0', '-1', '01', '1.0', '1e2', '257', '1000', ' 2', 'all', '٢'])('--workers %j is refused', (text) => {
  expect(() => given(`--workers=${text}`)).toThrow(
    new UsageError(`--workers ${JSON.stringify(text)} must be a whole number from 1 to 256, in decimal digits`),
  );
});
