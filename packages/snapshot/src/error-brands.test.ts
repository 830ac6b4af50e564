import { expect, test, vi } from 'vitest';
import { ArgumentError, DataError, EkvError, EnvironmentError, RowError, SnapshotFormatError } from './errors.ts';

test('an error is an instance of its class and of those that it extends, and of no other', () => {
  const error = new RowError('wrong', { offset: 1, key: Buffer.from('k') });
  expect([RowError, DataError, EkvError, Error].map((errorClass) => error instanceof errorClass)).not.toContain(false);
  expect([SnapshotFormatError, EnvironmentError, ArgumentError].map((other) => error instanceof other)).not.toContain(
    true,
  );
  for (const value of [undefined, null, 5, 'text', {}, new Error('x')]) expect(value instanceof EkvError).toBe(false);
});

test('errors of another copy of the package are known by their brand', async () => {
  vi.resetModules();
  const copy = await import('./errors.ts');
  expect(copy.DataError).not.toBe(DataError);
  const error = new copy.RowError('wrong', { offset: 1, key: Buffer.from('k') });
  expect([RowError, DataError, EkvError].map((errorClass) => error instanceof errorClass)).not.toContain(false);
  expect(error instanceof EnvironmentError).toBe(false);
});

test('classes that others derive are told apart as any others', () => {
  class Mine extends DataError {}
  class Yours extends DataError {}
  expect(new Mine('x') instanceof Mine).toBe(true);
  expect(new Mine('x') instanceof DataError).toBe(true);
  expect(new Yours('x') instanceof Mine).toBe(false);
  expect(new DataError('x') instanceof Mine).toBe(false);
  expect(new Mine('x').name).toBe('Mine');
});
