import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Base64Room, decodedBase64, decodedBase64Url } from './base64.ts';

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

describe('base64 that is decoded into room', () => {
  const valid = fc.uint8Array({ maxLength: 600 }).map((bytes) => Buffer.from(bytes).toString('base64'));
  const any = fc
    .array(fc.constantFrom(...'AQgz09+/-_== \n\r\0.', '\xff'), { maxLength: 9 })
    .map((parts) => parts.join(''));

  test('is what the decoder of whole texts gives, text after text, wherever a text stands', () => {
    const room = new Base64Room();
    fc.assert(
      fc.property(fc.oneof(valid, any), fc.nat(5), (text, before) => {
        const bytes = Buffer.from(`${'='.repeat(before)}${text}A`, 'latin1');
        const end = before + text.length;
        const wanted = decodedBase64(bytes.subarray(before, end));
        expect(room.decode(bytes, before, end)).toBe(wanted !== undefined);
        if (wanted === undefined) return;
        const found = room.bytes.subarray(0, room.length);
        expect(found).toEqual(wanted);
        if (room.isAscii) expect(found.every((byte) => byte < 0x80)).toBe(true);
        if (room.decodeShort(bytes, before, end)) expect(room.bytes.subarray(0, room.length)).toEqual(wanted);
      }),
      { numRuns: 3000 },
    );
  });

  test('is refused as a whole when it has line breaks, and only then', () => {
    const room = new Base64Room();
    const broken = fc.tuple(valid, fc.nat(600), fc.nat(9)).map(([text, at, breaks]) => {
      return `${text.slice(0, at)}${'\n'.repeat(breaks)}${text.slice(at)}`;
    });
    fc.assert(
      fc.property(fc.oneof(valid, any, broken), (text) => {
        const bytes = Buffer.from(text, 'latin1');
        const wanted = /[\r\n]/.test(text) ? undefined : decodedBase64(bytes);
        expect(room.decodeWhole(bytes, 0, bytes.length)).toBe(wanted !== undefined);
        if (wanted !== undefined) expect(room.bytes.subarray(0, room.length)).toEqual(wanted);
      }),
      { numRuns: 2000 },
    );
  });

  test('is told ASCII exactly when it is, of short texts', () => {
    const room = new Base64Room();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 8 }), (bytes) => {
        const text = Buffer.from(Buffer.from(bytes).toString('base64'));
        expect(room.decodeShort(text, 0, text.length)).toBe(true);
        expect(room.isAscii).toBe(bytes.every((byte) => byte < 0x80));
      }),
    );
  });

  test('of a text of megabytes no room is kept', () => {
    const room = new Base64Room();
    const large = Buffer.from(Buffer.alloc(3 << 20).toString('base64'));
    expect(room.decode(large, 0, large.length)).toBe(true);
    expect(room.length).toBe(3 << 20);
    expect(room.decode(Buffer.from('QQ=='), 0, 4)).toBe(true);
    expect(room.bytes.length).toBeLessThan(1 << 20);
  });
});
