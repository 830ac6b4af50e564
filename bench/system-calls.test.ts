import { expect, test } from 'vitest';
import { countSystemCalls, totalCalls } from './system-calls.ts';

test.each([
  ['with errors', '100.00    0.000397          13        29         1 total', 29],
  ['without errors', '100.00    0.000397          13      1029           total', 1029],
])('the total of the table of strace is read, %s', (_, line, calls) => {
  expect(
    totalCalls(`% time     seconds  usecs/call     calls    errors syscall\n  0.2  0.1  1  1  rseq\n${line}\n`),
  ).toBe(calls);
});

test('a table without a total is an error', () => {
  expect(() => totalCalls('strace: attach failed\n')).toThrow('no total');
});

test('more files are more calls, where calls can be counted', () => {
  const program = (files: number) =>
    `for (let i = 0; i < ${files}; i++) require('node:fs').lstatSync(process.execPath)`;
  const few = countSystemCalls([process.execPath, '-e', program(1)]);
  const many = countSystemCalls([process.execPath, '-e', program(5001)]);
  expect(few === undefined || (many! - few > 4000 && many! - few < 6000)).toBe(true);
});
