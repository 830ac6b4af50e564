import fc from 'fast-check';
import { expect, test } from 'vitest';
import { shownText } from './shown-text.ts';

test.each([
  ['plain', 'user:1 <b> "ä" 日本 🎉', 'user:1 <b> "ä" 日本 🎉'],
  ['controls and escapes of terminals', 'a\u0000b\n\u001b[31m', 'a%00b%0A%1B[31m'],
  ['marks of direction', 'a\u202egnp.exe\u2066', 'a%E2%80%AEgnp.exe%E2%81%A6'],
  ['separators of lines', '\u2028\u2029', '%E2%80%A8%E2%80%A9'],
  ['joiners', '\u200d', '%E2%80%8D'],
  ['blanks that are no space', 'a\u00a0b\u3000', 'a%C2%A0b%E3%80%80'],
  ['a half of a character', 'a\ud800', 'a%EF%BF%BD'],
  ['a percent sign as it is: addresses have it as %25', '100%', '100%'],
])('%s', (_, text, shown) => {
  expect(shownText(text)).toBe(shown);
});

test('a long text has its beginning, its end and its length', () => {
  const text = `begin${'x'.repeat(1 << 20)}end`;
  const shown = shownText(text);
  expect(shown).toMatch(/^beginx+ … x+end \(1,048,584 characters\)$/);
  expect(shown.length).toBeLessThan(300);
});

test('a text that was cut before says one length', () => {
  expect(shownText(`${'x'.repeat(1024)}... (900000 bytes)`)).toMatch(/ … x+\.\.\. \(900000 bytes\)$/);
});

test('a long text is not cut within a character', () => {
  expect(shownText('🎉'.repeat(1000))).toMatch(/^(?:🎉){200} … (?:🎉){50} \(2,000 characters\)$/u);
});

test('whatever a text is, nothing in what is shown is unseen, and it stays short', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 600 }), fc.nat(3), (start, times) => {
      const text = start.repeat(10 ** times);
      const shown = shownText(text);
      expect(shown).not.toMatch(/(?! )[\p{C}\p{Z}]/u);
      expect(shown.length).toBeLessThan(500 * 9 + 40);
    }),
  );
});
