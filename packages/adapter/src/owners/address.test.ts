import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type AddressForm, readAddress, writeAddress } from './address.ts';
import type { Owner } from './owner.ts';

const FORMS: readonly AddressForm[] = [
  { adapter: 'redis', unit: 'key' },
  { adapter: 'dynamodb', scope: 'table', unit: 'item', hasSortKey: true },
  { adapter: 's3', scope: 'bucket', unit: 'object' },
  { adapter: 'sqs', scope: 'queue', unit: 'message' },
];

/** Names that look like a part of an address, that a terminal acts on, that are no text, and any others. */
const name = fc.oneof(
  fc
    .constantFrom(
      '',
      '/',
      '%',
      '%2F',
      '%zz',
      'a/b/',
      '..',
      '__proto__',
      '\x1b[31mred\x1b[0m',
      'line\nfeed\r',
      '\u202eright to left',
      '\u2028',
      '\ufeffmark',
      '\u00a0',
      'é 日本 😀',
      '\u0085',
      '</script>',
      '=cmd()',
    )
    .map((text) => Buffer.from(text)),
  fc
    .constantFrom('\xff\xfe', '\xed\xa0\x80', '\xc0\x80', '\xf4\x90\x80\x80', 'cut \xe6\x97')
    .map((bytes) => Buffer.from(bytes, 'latin1')),
  fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
  fc.string({ unit: 'grapheme', maxLength: 20 }).map((text) => Buffer.from(text)),
);

function ownerOf({ adapter, scope, hasSortKey }: AddressForm): fc.Arbitrary<Owner> {
  const none = fc.constant(undefined);
  const named = scope === undefined ? none : name;
  const key = fc.option(name, { nil: undefined });
  const sortKey = hasSortKey ? fc.option(name, { nil: undefined }) : none;
  return fc
    .tuple(named, key, sortKey)
    .map(([scope, key, sortKey]) => ({ adapter, scope, key, sortKey: key === undefined ? undefined : sortKey }));
}

describe.each(FORMS)('addresses of $adapter', (form) => {
  test('are read back to the same bytes', () => {
    fc.assert(
      fc.property(ownerOf(form), (owner) => {
        expect(readAddress(form, writeAddress(form, owner))).toEqual(owner);
      }),
      { numRuns: 1000 },
    );
  });

  test('are one line of characters that a terminal shows', () => {
    fc.assert(
      fc.property(ownerOf(form), (owner) => {
        expect(writeAddress(form, owner)).toMatch(/^(?:(?!\p{Zs})[^\p{C}\p{Zl}\p{Zp}]| )*$/u);
      }),
      { numRuns: 1000 },
    );
  });

  test('are different for different owners', () => {
    fc.assert(
      fc.property(ownerOf(form), ownerOf(form), (one, other) => {
        const isSame = writeAddress(form, one) === writeAddress(form, other);
        expect(isSame).toBe(JSON.stringify(one) === JSON.stringify(other));
      }),
      { numRuns: 1000 },
    );
  });

  test('of a name of 1 MiB are read back, whatever is in it', () => {
    const key = Buffer.alloc(1 << 20);
    for (let i = 0; i < key.length; i++) key[i] = i % 251;
    const owner = { adapter: form.adapter, scope: form.scope && Buffer.from('%/'), key, sortKey: undefined } as Owner;
    expect(readAddress(form, writeAddress(form, owner)).key?.equals(key)).toBe(true);
  });
});

const [REDIS, DYNAMODB, S3, SQS] = FORMS as [AddressForm, AddressForm, AddressForm, AddressForm];

test.each<[AddressForm, string, Omit<Owner, 'adapter'>]>([
  [REDIS, 'redis', {}],
  [REDIS, 'redis/', { key: Buffer.from('') }],
  [REDIS, 'redis/session:1/a b', { key: Buffer.from('session:1/a b') }],
  [REDIS, 'redis/%1B%5b', { key: Buffer.from('\x1b[') }],
  [DYNAMODB, 'dynamodb/orders', { scope: Buffer.from('orders') }],
  [DYNAMODB, 'dynamodb/orders/alice', { scope: Buffer.from('orders'), key: Buffer.from('alice') }],
  [
    DYNAMODB,
    'dynamodb/orders/a%2Fb/c/d',
    { scope: Buffer.from('orders'), key: Buffer.from('a/b'), sortKey: Buffer.from('c/d') },
  ],
  [DYNAMODB, 'dynamodb/orders//', { scope: Buffer.from('orders'), key: Buffer.from(''), sortKey: Buffer.from('') }],
  [S3, 's3/photos', { scope: Buffer.from('photos') }],
  [S3, 's3/photos/2026/a.jpg', { scope: Buffer.from('photos'), key: Buffer.from('2026/a.jpg') }],
  [SQS, 'sqs/jobs.fifo/0f', { scope: Buffer.from('jobs.fifo'), key: Buffer.from('0f') }],
])('%# %s: %s', (form, text, owner) => {
  expect(readAddress(form, text)).toEqual({
    adapter: form.adapter,
    scope: undefined,
    key: undefined,
    sortKey: undefined,
    ...owner,
  });
});

test.each(['redi', 'redisx', 's3/a', ''])('an address that does not begin with the adapter is refused: %j', (text) => {
  expect(() => readAddress(REDIS, text)).toThrow(/must begin with redis\//);
});

test.each(['redis/%', 'redis/100%', 'redis/%2', 'redis/%g0', 'redis/% 1'])('a lone %% is refused: %s', (text) => {
  expect(() => readAddress(REDIS, text)).toThrow(/two hex digits must follow each %/);
});

test('half a character is refused', () => {
  expect(() => readAddress(REDIS, 'redis/\ud800')).toThrow(/half a character/);
});
