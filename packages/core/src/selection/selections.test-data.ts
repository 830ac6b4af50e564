import fc from 'fast-check';
import type { SelectionOptions } from './selection.ts';

/** Patterns for what random databases hold, and some that match nothing of it. */
const patterns = fc.subarray(
  [
    '*',
    'redis',
    'redis/*',
    'redis/a',
    'redis/m*',
    'redis/[az]*',
    'redis/%00',
    '*/a',
    '*/a*',
    'dynamodb/a',
    'dynamodb/*/7',
    'dynamodb/?/*',
    's3/m-n/dir/*',
    's3/*/[a-m]',
    'sqs/*',
    'sqs/*1',
    'sqs/jobs*',
    'sqs/k.fifo/*0',
  ],
  { maxLength: 3 },
);
const scopes = fc.subarray(['dynamodb=a', 'dynamodb=z', 's3=attic', 's3=zebra', 'sqs=jobs', 'sqs=x.fifo'], {
  maxLength: 2,
});

/** Selections that take some of what random databases hold. */
export const selections: fc.Arbitrary<SelectionOptions> = fc.record({ match: patterns, scopes, exclude: patterns });
