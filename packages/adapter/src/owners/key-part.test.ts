import { expect, test } from 'vitest';
import { KeyPart, PLAIN_PART } from './key-part.ts';

test('a name stays the same object while the bytes are the same, wherever they stand', () => {
  const part = new KeyPart();
  const row = Buffer.from('..name.name');
  part.set(PLAIN_PART, row, 2, 6);
  const first = part.name();
  part.set(PLAIN_PART, row, 7, 11);
  expect(part.name()).toBe(first);
  expect(first?.toString()).toBe('name');
});

test('a name stays when the bytes of its row are gone', () => {
  const part = new KeyPart();
  const row = Buffer.from('name');
  part.set(PLAIN_PART, row, 0, 4);
  const name = part.name();
  row.fill(0);
  expect(name?.toString()).toBe('name');
});

test('the same bytes in another form are read again', () => {
  const part = new KeyPart();
  const row = Buffer.from('YQ');
  part.set(PLAIN_PART, row, 0, 2);
  expect(part.name()?.toString()).toBe('YQ');
  part.set((bytes, start, end) => Buffer.from(bytes.toString('latin1', start, end), 'base64'), row, 0, 2);
  expect(part.name()?.toString()).toBe('a');
});

test('a part that is not there has no name', () => {
  const part = new KeyPart();
  part.set(PLAIN_PART, Buffer.from('a'), 0, 1);
  part.clear();
  expect(part.name()).toBeUndefined();
});

test('long names are told apart at their ends', () => {
  const part = new KeyPart();
  part.set(PLAIN_PART, Buffer.from(`${'x'.repeat(1000)}a`), 0, 1001);
  expect(part.equals(Buffer.from(`${'x'.repeat(1000)}a`))).toBe(true);
  expect(part.equals(Buffer.from(`${'x'.repeat(1000)}b`))).toBe(false);
});
