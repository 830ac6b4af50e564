import { RowOwner } from '@ekv/adapter';
import { describe, expect, test } from 'vitest';
import { s3Owners } from './s3-owners.ts';

const bytes = (text: string) => Buffer.from(text, 'latin1');
const PART = '\0\x01';
const FIVE = `${'\0'.repeat(7)}\x05`;

function find(text: string): RowOwner | undefined {
  const found = new RowOwner();
  return s3Owners.find(found, bytes(text), 0, text.length) ? found : undefined;
}

describe.each([
  ['!s3|obj|head|', '', 'value'],
  ['!s3|blob|', `up${PART}${FIVE}${FIVE}`, 'element'],
  ['!s3|chunkref|', `up${PART}${FIVE}${FIVE}`, 'element'],
  ['!s3|upload|meta|', `up${PART}`, 'upload'],
  ['!s3|upload|part|', `up${PART}${FIVE}`, 'upload'],
  ['!s3|gc|upload|', `up${PART}`, 'upload'],
  ['!s3route|', '', 'marker'],
])('%s', (prefix, rest, role) => {
  test('is of the object in its key', () => {
    const found = find(`${prefix}b\0\xffx${PART}${FIVE}o/\0\xff${PART}${rest}`);
    expect(found).toMatchObject({ adapter: 's3', family: prefix, role, kind: 'object', generation: 5n });
    expect(found?.scope).toEqual(bytes('b\0x'));
    expect(found?.key).toEqual(bytes('o/\0'));
  });

  test.each(['', '\0', FIVE, `${FIVE}o`])('is of the bucket when no object can be read: %j', (behind) => {
    const found = find(`${prefix}b${PART}${behind}`);
    expect(found?.scope).toEqual(bytes('b'));
    expect(found?.key).toBeUndefined();
  });

  test('has no owner without a bucket', () => {
    expect(find(`${prefix}b`)).toBeUndefined();
  });
});

test.each([
  ['!s3|bucket|meta|', 'definition'],
  ['!s3|bucket|gen|', 'counter'],
])('%s is of the bucket', (prefix, role) => {
  const found = find(`${prefix}b${PART}`);
  expect(found).toMatchObject({ role, kind: undefined });
  expect(found?.scope).toEqual(bytes('b'));
});

describe('contents that were taken out of their objects', () => {
  const digest = Buffer.alloc(32, 0xab);
  const reference = Buffer.concat([Buffer.from([1]), digest, Buffer.alloc(8), Buffer.alloc(2)]);

  test('belong to no object and no bucket', () => {
    const found = find(`!s3|chunkblob|${'ab'.repeat(32)}`);
    expect(found).toMatchObject({ role: 'content', kind: undefined, generation: undefined });
    expect([found?.scope, found?.key]).toEqual([undefined, undefined]);
  });

  test('are named by the values of references', () => {
    const found = find(`!s3|chunkref|b${PART}${FIVE}o${PART}`)!;
    const named = s3Owners.contentKey!(found, reference, 0, reference.length);
    expect(named?.toString()).toBe(`!s3|chunkblob|${'ab'.repeat(32)}`);
  });

  test.each([Buffer.alloc(0), Buffer.from([9]), Buffer.alloc(20, 1)])(
    'are not named by what is no reference',
    (value) => {
      const found = find(`!s3|chunkref|b${PART}${FIVE}o${PART}`)!;
      expect(s3Owners.contentKey!(found, value, 0, value.length)).toBeUndefined();
    },
  );

  test('are not named by other rows', () => {
    const found = find(`!s3|blob|b${PART}${FIVE}o${PART}`)!;
    expect(s3Owners.contentKey!(found, reference, 0, reference.length)).toBeUndefined();
  });
});

test('ranges of an object in one generation leave out those in others', () => {
  const owner = { adapter: 's3', scope: bytes('b'), key: bytes('o') } as const;
  const key = bytes(`!s3|obj|head|b${PART}${FIVE}o${PART}`);
  const starts = (generations: bigint[]) =>
    s3Owners.ranges(owner, generations).map(({ start }) => start.toString('latin1'));
  expect(starts([5n])).toContain(key.toString('latin1'));
  expect(starts([4n])).not.toContain(key.toString('latin1'));
});
