import { expect, test } from 'vitest';
import { hexDigit, isDigit } from './characters.ts';

test('digits and hex digits of either case have their values, every other byte has none', () => {
  for (let byte = 0; byte < 256; byte++) {
    const character = String.fromCharCode(byte);
    expect(isDigit(byte)).toBe('0123456789'.includes(character));
    expect(hexDigit(byte)).toBe('0123456789abcdef'.indexOf(character.toLowerCase()));
  }
  expect(hexDigit(Number.NaN)).toBe(-1);
});
