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
/** Leaves most of it. */
const narrow = fc.subarray(['redis/[a-m]*', '*/a', 'dynamodb/a', 's3/*/dir/*', 'sqs/*1', 'dynamodb/*/7*'], {
  maxLength: 3,
});
const scopes = fc.subarray(['dynamodb=a', 'dynamodb=z', 's3=attic', 's3=zebra', 'sqs=jobs', 'sqs=x.fifo'], {
  minLength: 1,
  maxLength: 4,
});

/** Selections that take some of what random databases hold, and now and then nothing. */
export const selections: fc.Arbitrary<SelectionOptions> = fc.record({
  match: fc.oneof({ weight: 2, arbitrary: fc.constant(['*/*a*', '*/*7*', '*1*']) }, { weight: 3, arbitrary: patterns }),
  scopes: fc.oneof({ weight: 4, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: scopes }),
  exclude: fc.oneof({ weight: 1, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: narrow }),
});
