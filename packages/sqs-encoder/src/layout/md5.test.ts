import { expect, test } from 'vitest';
import { attributesMd5, bodyMd5 } from './md5.ts';
import { typedAttributes } from './typed-attribute.ts';

const SENT = {
  b: { DataType: 'Binary', BinaryValue: 'AP8Q' },
  c: { DataType: 'String.custom', StringValue: 'z' },
  n: { DataType: 'Number', StringValue: '12.50' },
  s: { DataType: 'String', StringValue: 'x<y>&' },
};

/** docs/format/06-sqs.md, section 2.2. */
test('the MD5 of attributes is the one that a server has stored', () => {
  expect(attributesMd5(typedAttributes(new Map(Object.entries(SENT))))).toBe('c784a5440fb7adc75e9dbda2b40c3342');
  expect(attributesMd5(typedAttributes(new Map([['k', { DataType: 'String', StringValue: 'v' }]])))).toBe(
    '0a77b0642718c3d9dd47090567d11e0d',
  );
});

test('the order of attributes does not matter: their names are sorted by bytes', () => {
  const reversed = new Map(Object.entries(SENT).reverse());
  expect(attributesMd5(typedAttributes(reversed))).toBe('c784a5440fb7adc75e9dbda2b40c3342');
});

test('what is no attribute has no MD5', () => {
  for (const value of [undefined, null, 5n, [], {}, { DataType: 'X', StringValue: '' }, { DataType: 'Binary' }])
    expect(attributesMd5(typedAttributes(new Map([['a', value]])))).toBeUndefined();
});

test('the MD5 of a body is of its bytes', () => {
  expect(bodyMd5(Buffer.from('attrs'))).toBe('425ce871530e0633c917f98d8e9b1bc7');
});
