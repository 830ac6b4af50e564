import fc from 'fast-check';
import { expect, test } from 'vitest';
import { unpackedLength, unpackSnappy } from './snappy.ts';
import { packed } from './sst-snapshot.test-data.ts';
import { TableError } from './table-error.ts';

/** Nothing beyond what the length says may be written: bytes after it are watched. */
function unpack(block: Buffer): Buffer {
  const framed = Buffer.concat([Buffer.of(0x55, 0x55), block, Buffer.of(0x55, 0x55)]);
  const length = unpackedLength(framed, 2, framed.length - 2);
  const into = Buffer.alloc(length + 64, 0xaa);
  unpackSnappy(framed, 2, framed.length - 2, into, length);
  expect(into.subarray(length)).toEqual(Buffer.alloc(64, 0xaa));
  return into.subarray(0, length);
}

const texts = fc
  .array(fc.oneof(fc.constantFrom('a', 'ab', '!redis|str|', 'x'.repeat(70), 'y'.repeat(300)), fc.string()), {
    maxLength: 60,
  })
  .map((words) => Buffer.from(words.join('')));

test('what was packed comes out again, with literals and copies of all forms', () => {
  fc.assert(
    fc.property(texts, (text) => {
      expect(unpack(packed(text))).toEqual(text);
    }),
  );
});

test.each([
  ['a literal', Buffer.from('a'), '010061'],
  ['a literal whose length has one byte more', Buffer.alloc(61, 0x61), `3df03c${'61'.repeat(61)}`],
  ['a copy with 11 bits, into what it has just written', Buffer.from('ababababab'), '0a0461621102'],
  ['a copy with 16 bits', Buffer.from('aaaaaaaa'), '0800611a0100'],
  ['a copy with 32 bits', Buffer.from('aaaaaaaa'), '0800611b01000000'],
  ['nothing', Buffer.alloc(0), '00'],
])('%s is unpacked', (_, text, block) => {
  expect(unpack(Buffer.from(block, 'hex'))).toEqual(text);
});

test.each([
  ['without its length', '', /ends in its Snappy length/],
  ['with a length that does not end', 'ffffffffff01', /ends in its Snappy length/],
  ['that claims more than its bytes can hold', 'ffffff7f00', /claims to unpack to 268435455 bytes/],
  ['with a copy from before its start', '0800611a0200', /reaches beyond/],
  ['with a copy from where it writes', '0800611a0000', /reaches beyond/],
  ['with a copy beyond its end', '0700611a0100', /reaches beyond/],
  ['with a literal beyond its end', '020061', /unpacks to 1 bytes, its Snappy length says 2/],
  ['with a literal that is cut', '030461', /reaches beyond/],
  ['with the length of a literal that is cut', '04f4ff', /reaches beyond/],
  ['with a copy that is cut', '0800611a01', /reaches beyond/],
  ['with a copy that is cut to its tag', '08006115', /reaches beyond/],
])('a block %s is refused', (_, block, rule) => {
  const bytes = Buffer.from(block, 'hex');
  expect(() => unpack(bytes)).toThrow(TableError);
  expect(() => unpack(bytes)).toThrow(rule);
});

test('however a block is cut or changed, it unpacks to the length it says, or is refused', () => {
  const damages = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 });
  fc.assert(
    fc.property(texts, damages, fc.nat(), fc.boolean(), (text, changes, cut, isCut) => {
      let block = packed(text);
      for (const [at, byte] of changes) block[at % block.length] = byte;
      if (isCut) block = block.subarray(0, cut % block.length);
      try {
        unpack(block);
      } catch (error) {
        expect(error).toBeInstanceOf(TableError);
      }
    }),
    { numRuns: 3000 },
  );
});
