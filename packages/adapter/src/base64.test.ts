import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodedBase64, decodedBase64Url } from './base64.ts';

const forms = [
  {
    form: 'standard base64 with padding',
    decoded: decodedBase64,
    encoding: 'base64',
    /** The rule itself, character by character. */
    rule: /^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/,
  },
  {
    form: 'base64 of the URL alphabet without padding',
    decoded: decodedBase64Url,
    encoding: 'base64url',
    rule: /^([A-Za-z0-9_-]{4})*([A-Za-z0-9_-]{2,3})?$/,
  },
] as const;

describe.each(forms)('$form', ({ decoded, encoding, rule }) => {
  test('gives back any bytes, with line breaks anywhere', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 70 }), fc.nat(100), (bytes, at) => {
        const text = Buffer.from(bytes).toString(encoding);
        const broken = `${text.slice(0, at)}\r\n${text.slice(at)}\n`;
        expect(decoded(Buffer.from(text))).toEqual(Buffer.from(bytes));
        expect(decoded(Buffer.from(broken))).toEqual(Buffer.from(bytes));
      }),
    );
  });

  test('is what the rule says of any text, and nothing else', () => {
    const text = fc
      .array(fc.constantFrom(...'AQgz09+/-_== \n\r\0.', '\xff'), { maxLength: 9 })
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, (text) => {
        const isRight = rule.test(text.replace(/[\r\n]/g, ''));
        expect(decoded(Buffer.from(text, 'latin1')) !== undefined).toBe(isRight);
      }),
      { numRuns: 5000 },
    );
  });

  test('ignores spare bits', () => {
    const padding = encoding === 'base64' ? '==' : '';
    expect(decoded(Buffer.from(`QR${padding}`))).toEqual(Buffer.from('A'));
  });
});
