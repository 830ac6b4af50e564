import { expect, test } from 'vitest';
import { oneLine } from './one-line.ts';

test('printable text of any language stays as it is', () => {
  expect(oneLine('out/schön/日本.fsm: it is a folder')).toBe('out/schön/日本.fsm: it is a folder');
});

test('nothing is left that ends a line or commands a terminal, of all characters', () => {
  const left: string[] = [];
  for (let code = 0; code <= 0x10ffff; code++) {
    if (code >= 0xd800 && code <= 0xdfff) continue;
    const shown = oneLine(String.fromCodePoint(code));
    if (/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u.test(shown)) left.push(shown);
  }
  expect(left).toEqual([]);
});

test.each([
  ['\n', '\\x0a'],
  ['\x7f', '\\x7f'],
  ['\x9b', '\\x9b'],
  ['\u2028', '\\u{2028}'],
])('%j is shown as %s', (character, shown) => {
  expect(oneLine(`a${character}b`)).toBe(`a${shown}b`);
});
