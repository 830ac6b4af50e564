import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  decodeFileName,
  encodeBinaryFileName,
  encodeFileName,
  FILE_NAME_MAX,
  FilenameError,
  isHashedFileName,
} from './filename.ts';

const vectors = (name: string) =>
  JSON.parse(readFileSync(join(import.meta.dirname, '../../../../fixtures/golden/tree', name), 'utf8'));

interface EncodeVector {
  readonly segment_hex: string;
  readonly encoded: string;
  readonly truncated: boolean;
}

test('every recorded name gives its recorded file name, hashed where recorded', () => {
  const all: EncodeVector[] = vectors('filenames.json');
  expect(all).toHaveLength(458);
  for (const { segment_hex, encoded, truncated } of all) {
    expect(encodeFileName(Buffer.from(segment_hex, 'hex'))).toBe(encoded);
    expect(isHashedFileName(encoded)).toBe(truncated);
    if (!truncated) expect(Buffer.from(decodeFileName(encoded)).toString('hex')).toBe(segment_hex);
  }
});

test('every recorded binary name gives its recorded file name', () => {
  const all: EncodeVector[] = vectors('filenames-binary.json');
  expect(all).toHaveLength(21);
  for (const { segment_hex, encoded } of all)
    expect(encodeBinaryFileName(Buffer.from(segment_hex, 'hex'))).toBe(encoded);
});

test('every recorded file name decodes or is refused as recorded', () => {
  const all: Array<{ encoded_hex: string; segment_hex?: string; error?: string }> = vectors('filenames-decode.json');
  expect(all).toHaveLength(48);
  for (const { encoded_hex, segment_hex, error } of all) {
    const encoded = Buffer.from(encoded_hex, 'hex').toString('latin1');
    if (error === undefined) expect(Buffer.from(decodeFileName(encoded)).toString('hex')).toBe(segment_hex);
    else {
      expect(() => decodeFileName(encoded)).toThrow(FilenameError);
      if (encoded.length <= FILE_NAME_MAX) expect(isHashedFileName(encoded)).toBe(error === 'needs-keymap');
    }
  }
});

test('a line break in a base64 name is refused', () => {
  expect(() => decodeFileName('b64.AA\nEC')).toThrow(FilenameError);
});

const name = fc.oneof(
  fc.uint8Array({ maxLength: 300 }),
  fc.string({ maxLength: 260 }).map((text) => Buffer.from(text)),
);

test('a name that is not hashed comes back, and its file name is the canonical one', () => {
  fc.assert(
    fc.property(name, (bytes) => {
      const encoded = encodeFileName(bytes);
      expect(encoded.length).toBeLessThanOrEqual(FILE_NAME_MAX);
      expect(encoded).toMatch(/^[A-Za-z0-9._%-]*$/);
      if (isHashedFileName(encoded)) return;
      const decoded = decodeFileName(encoded);
      expect(Buffer.from(decoded).equals(Buffer.from(bytes))).toBe(true);
      expect(encodeFileName(decoded)).toBe(encoded);
    }),
    { numRuns: 1000 },
  );
});

test('different names have different file names', () => {
  fc.assert(
    fc.property(name, name, (a, b) => {
      fc.pre(!Buffer.from(a).equals(Buffer.from(b)));
      expect(encodeFileName(a)).not.toBe(encodeFileName(b));
    }),
    { numRuns: 500 },
  );
});
