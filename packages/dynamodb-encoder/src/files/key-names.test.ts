import { hashedPrefix } from '@ekv/dump-tree';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { StoredValue } from '../layout/stored-value.ts';
import { collidingName, EMPTY_HASH_FOLDER, keyName } from './key-names.ts';
import { itemPath, itemPlace, tableFolder } from './paths.ts';

const key = (kind: 'S' | 'N' | 'B', text: string): StoredValue => ({ kind, bytes: Buffer.from(text, 'latin1') });

describe('the name of a key', () => {
  test.each([
    [key('S', 'customer/1'), 'customer%2F1'],
    [key('S', ''), ''],
    [key('S', '.'), '%2E'],
    [key('S', '..'), '%2E%2E'],
    [key('S', '...'), '...'],
    [key('N', '0.5'), '1%2F2'],
    [key('N', '1.00'), '1'],
    [key('N', '1e239'), `1${'0'.repeat(239)}`],
    [key('B', '\xff\xfe'), 'b64.__4'],
    [key('B', ''), 'b64.'],
  ])('%j is %s', (value, name) => {
    expect(keyName(value)).toBe(name);
  });

  test('is hashed over the digits of a number when these are more than 240', () => {
    expect(keyName(key('N', '1e240'))).toBe(keyName(key('S', `1${'0'.repeat(240)}`)));
  });

  test('is never that of a folder itself, and always fits into a file system', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('S', 'N', 'B'),
        fc.string({ unit: 'binary', maxLength: 300, size: 'max' }),
        (kind, text) => {
          const name = keyName({ kind: kind as 'S' | 'N' | 'B', bytes: Buffer.from(text) });
          expect(['.', '..']).not.toContain(name);
          expect(name).toMatch(/^[A-Za-z0-9._%-]{0,240}$/);
        },
      ),
    );
  });
});

test('a table named . or .. has a folder of its own', () => {
  expect(['.', '..'].map((name) => tableFolder(Buffer.from(name)))).toEqual(['dynamodb/%2E', 'dynamodb/%2E%2E']);
});

test('an empty hash key leaves the folder out', () => {
  expect(itemPath(itemPlace({ hash: key('S', ''), range: key('S', 'x') }))).toBe('x.json');
  expect(itemPath(itemPlace({ hash: key('S', 'h'), range: key('S', '') }))).toBe('h/.json');
  expect(itemPath(itemPlace({ hash: key('S', ''), range: undefined }))).toBe('.json');
});

test('the folder of an empty hash key is the hash form of an empty name', () => {
  expect(EMPTY_HASH_FOLDER).toBe('e3b0c44298fc1c149afbf4c8996fb924__');
  expect(EMPTY_HASH_FOLDER).toBe(hashedPrefix(Buffer.alloc(0)));
});

test('a colliding name is a hash of the key and the beginning of the ordinary name', () => {
  const name = collidingName(Buffer.from('350001', 'hex'), 'x'.repeat(100));
  expect(name).toMatch(/^[0-9a-f]{32}__x{64}$/);
  expect(collidingName(Buffer.from('360001', 'hex'), 'x')).not.toBe(collidingName(Buffer.from('350001', 'hex'), 'x'));
});
