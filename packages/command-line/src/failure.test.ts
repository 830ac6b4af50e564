import { AdapterError } from '@ekv/core';
import { TreeProblemsError, TreeReadError } from '@ekv/dump-tree';
import { DataError, EnvironmentError, SnapshotFormatError, UsageError } from '@ekv/snapshot';
import { expect, test } from 'vitest';
import { failureOf } from './failure.ts';

test.each([
  ['usage', new UsageError('no')],
  ['environment', new EnvironmentError('no')],
  ['data', new DataError('no')],
  ['data', new TreeReadError('no')],
  ['data', new SnapshotFormatError('no', { offset: 1, ordinal: 2 })],
  ['defect', new TypeError('no')],
  ['defect', new Error('no')],
] as const)('the kind is %s for %s', (kind, error) => {
  expect(failureOf(error)).toEqual({ kind, message: 'no', problems: [], stack: error.stack });
});

test('whatever is thrown that is no error is a defect too', () => {
  expect(failureOf('text')).toEqual({ kind: 'defect', message: 'text', problems: [], stack: '' });
});

test('several problems of a tree are a message of one line and a list', () => {
  const problems = new TreeProblemsError(['a: wrong', 'b: wrong'], true);
  expect(failureOf(problems)).toMatchObject({
    kind: 'data',
    message: '2 problems:',
    problems: ['a: wrong', 'b: wrong'],
  });
  const ofAdapter = new AdapterError('redis', problems);
  expect(failureOf(ofAdapter)).toMatchObject({
    kind: 'data',
    message: 'redis: 2 problems:',
    problems: ['a: wrong', 'b: wrong'],
  });
});

test.each([
  Object.assign(new Error('terminated'), { code: 'ERR_WORKER_OUT_OF_MEMORY' }),
  new RangeError('Array buffer allocation failed'),
])('used up memory is the fault of the machine, with what to do: %s', (error) => {
  expect(failureOf(error)).toMatchObject({
    kind: 'environment',
    message: expect.stringContaining('--max-old-space-size'),
  });
});

test('a thread that the machine does not give is no defect', () => {
  const error = Object.assign(new Error('Worker initialization failure: EMFILE'), { code: 'ERR_WORKER_INIT_FAILED' });
  expect(failureOf(error)).toMatchObject({
    kind: 'environment',
    message: expect.stringMatching(/^cannot start a thread: too many open files \(EMFILE\); raise/),
  });
});

test('a system call that fails for the machine is no defect, though nobody named it; a wrong one is', () => {
  const failed = (code: string) =>
    failureOf(Object.assign(new Error(`${code}: raw`), { code, syscall: 'rmdir', path: '/a' }));
  expect(failed('ENOTEMPTY')).toMatchObject({
    kind: 'environment',
    message: expect.stringMatching(/^cannot rmdir \/a: the folder is not empty \(ENOTEMPTY\)/),
  });
  expect(failed('EBADF')).toMatchObject({ kind: 'defect' });
});
