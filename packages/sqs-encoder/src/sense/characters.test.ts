import { expect, test } from 'vitest';
import { forbiddenCharacter } from './characters.ts';

/** The characters that the API's documentation lists. */
function isListed(code: number): boolean {
  if (code === 0x9 || code === 0xa || code === 0xd) return true;
  return (code >= 0x20 && code <= 0xd7ff) || (code >= 0xe000 && code <= 0xfffd) || code >= 0x10000;
}

test('exactly the characters that SQS lists pass, each between others', () => {
  const wrong: string[] = [];
  for (let code = 0; code <= 0x10ffff; code += code < 0x12000 ? 1 : 251) {
    if (code >= 0xd800 && code <= 0xdfff) continue;
    const found = forbiddenCharacter(Buffer.from(`a${String.fromCodePoint(code)}z`));
    const wanted = isListed(code) ? undefined : `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
    if (found !== wanted) wrong.push(`${code.toString(16)}: ${found}`);
  }
  expect(wrong).toEqual([]);
});

test.each(['ff', '61c3', 'eda080', 'c080', 'efbf', 'ef'])('the bytes %s are no text', (hex) => {
  expect(forbiddenCharacter(Buffer.from(hex, 'hex'))).toBe('bytes that are not UTF-8');
});
