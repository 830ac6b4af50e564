import fc from 'fast-check';
import { expect, test } from 'vitest';
import { numberKey } from '../layout/number-key.ts';
import { hasRepeatedElement } from './repeated-element.ts';

const buffers = (texts: readonly string[]) => texts.map((text) => Buffer.from(text));

test('a number is there twice when two texts have one value, however many there are and however they are written', () => {
  const number = fc.oneof(
    fc.constantFrom(
      '0',
      '-0',
      '0.0',
      '0.5',
      '.5',
      '00.5',
      '-0.5',
      '5e-1',
      '1',
      '1.',
      '1.0',
      '01',
      '+1',
      '-1',
      '10',
      '1e1',
    ),
    fc.nat(30).map(String),
  );
  fc.assert(
    fc.property(fc.array(number, { maxLength: 20 }), (texts) => {
      const values = new Set(texts.map((text) => numberKey(text)!.toString('hex')));
      expect(hasRepeatedElement('NS', buffers(texts))).toBe(values.size < texts.length);
    }),
    { numRuns: 1000 },
  );
});

test('a text or bytes are there twice when they are the same', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 2 }), { maxLength: 20 }), (texts) => {
      for (const kind of ['SS', 'BS'] as const)
        expect(hasRepeatedElement(kind, buffers(texts))).toBe(new Set(texts).size < texts.length);
    }),
  );
});

test('texts that are no numbers are compared as texts', () => {
  expect(hasRepeatedElement('NS', buffers(['abc', 'abc']))).toBe(true);
  expect(hasRepeatedElement('NS', buffers(['abc', 'abd', '1']))).toBe(false);
});
