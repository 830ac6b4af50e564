import { expect, test } from 'vitest';
import { roffArgument, roffText } from './roff.ts';

test.each([
  ['.SH NAME', '\\&.SH NAME'],
  ["'br", '\\(aqbr'],
  ['C:\\dir', 'C:\\edir'],
  ['--input -', '\\-\\-input \\-'],
  ['`a` ^b~', '\\(gaa\\(ga \\(hab\\(ti'],
  ['in the middle. of', 'in the middle. of'],
])('%j is no request and stays what it is: %j', (text, roff) => {
  expect(roffText(text)).toBe(roff);
});

test('a title ends where its quotes do', () => {
  expect(roffArgument('a "b" c')).toBe('"a \\(dqb\\(dq c"');
});
