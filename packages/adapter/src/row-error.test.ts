import { DataError, EnvironmentError, RowError } from '@ekv/snapshot';
import { describe, expect, test } from 'vitest';
import { asRowError, atRow, type RowPosition, rowError } from './row-error.ts';

const row: RowPosition = { bytes: Buffer.from('..!x|key=value'), keyStart: 2, keyEnd: 8, offset: 77 };

describe('an error about a row', () => {
  test('has file offset, whole key and rule, and a copy of the key', () => {
    const bytes = Buffer.from(row.bytes);
    const error = rowError({ ...row, bytes }, 'it is wrong');
    bytes.fill(0);
    expect(error).toBeInstanceOf(RowError);
    expect(error).toMatchObject({ offset: 77, key: Uint8Array.from(Buffer.from('!x|key')), rule: 'it is wrong' });
    expect(error.message).toBe('entry at offset 77, key !x|key: it is wrong');
  });

  test('has the whole key of a row that is walked by a part of its key', () => {
    const part = { ...row, rowStart: 2, rowEnd: 8, keyStart: 5, keyEnd: 8 };
    expect(Buffer.from(rowError(part, '').key).toString()).toBe('!x|key');
  });
});

describe('work on a row', () => {
  test('gives its result', () => {
    expect(atRow(row, () => 5)).toBe(5);
  });

  test('that ends with a DataError ends with one about the row', () => {
    const work = () => {
      throw new DataError('it is cut');
    };
    expect(() => atRow(row, work)).toThrow(rowError(row, 'it is cut'));
    expect(() => atRow(row, work, 'this !x| row is wrong: ')).toThrow(
      rowError(row, 'this !x| row is wrong: it is cut'),
    );
  });

  test.each([new EnvironmentError('the disk'), new RangeError('a defect'), rowError({ ...row, offset: 1 }, 'another')])(
    'that ends with %s ends with it as it is',
    (error) => {
      expect(asRowError(row, error, 'this row is wrong: ')).toBe(error);
    },
  );
});
