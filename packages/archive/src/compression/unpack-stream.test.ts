import { constants, gzipSync, zstdCompressSync } from 'node:zlib';
import { DataError } from '@ekv/snapshot';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { archiveSink } from './archive-sink.ts';
import { unpackStream } from './unpack-stream.ts';

/** A stream of these bytes that gives at most `step` of them at once. */
function streamOf(bytes: Uint8Array, step = 1 << 16) {
  let at = 0;
  const read = (into: Buffer) => {
    const part = bytes.subarray(at, at + Math.min(step, into.length));
    into.set(part);
    at += part.length;
    return part.length;
  };
  return { name: 'x.tar', read };
}

function unpacked(bytes: Uint8Array, step?: number): Buffer {
  const stream = unpackStream(streamOf(bytes, step));
  const pieces: Buffer[] = [];
  for (let piece = stream.read(); piece !== undefined; piece = stream.read()) {
    expect(piece.length).toBeGreaterThan(0);
    expect(piece.length).toBeLessThanOrEqual(1 << 18);
    pieces.push(Buffer.from(piece));
  }
  expect(stream.read()).toBeUndefined();
  stream.close();
  return Buffer.concat(pieces);
}

const checked = (bytes: Uint8Array) => zstdCompressSync(bytes, { params: { [constants.ZSTD_c_checksumFlag]: 1 } });
const skippable = (content: string) => {
  const head = Buffer.alloc(8);
  head.writeUInt32LE(0x184d2a53);
  head.writeUInt32LE(content.length, 4);
  return Buffer.concat([head, Buffer.from(content)]);
};
/** A gzip member with all that may stand in its header. */
const gzipWithNames = (bytes: Uint8Array) => {
  const plain = gzipSync(bytes);
  const extra = Buffer.from([3, 0, 1, 2, 3]);
  plain[3] = 0x1e;
  return Buffer.concat([plain.subarray(0, 10), extra, Buffer.from('name\0comment\0??'), plain.subarray(10)]);
};

/** Varied enough to need all kinds of blocks. */
function varied(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  for (let i = 0; i < length; i++)
    bytes[i] = i % 70_000 < 20_000 ? (i * i * 2654435761) >>> 24 : i % 700 < 9 ? i : 0x61;
  return bytes;
}

const large = varied(700_000);

describe.each([
  ['zstd', checked],
  ['zstd without a checksum', (bytes: Uint8Array) => zstdCompressSync(bytes)],
  ['gzip', (bytes: Uint8Array) => gzipSync(bytes)],
  ['gzip with names', gzipWithNames],
])('%s', (_, pack) => {
  test('what was packed is unpacked, whatever its size and however it comes', () => {
    const ofAnySize = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.nat(700_000).map((length) => large.subarray(0, length)),
    );
    fc.assert(
      fc.property(ofAnySize, fc.integer({ min: 1, max: 100_000 }), (bytes, step) => {
        const packed = pack(bytes);
        expect(unpacked(packed, packed.length > 2000 ? step + 100 : step).equals(bytes)).toBe(true);
      }),
      { numRuns: 25 },
    );
  });

  test('several in a row are one', () => {
    const parts = [large.subarray(0, 300_000), Buffer.alloc(0), Buffer.from('ab'), large];
    expect(unpacked(Buffer.concat(parts.map((part) => pack(part)))).equals(Buffer.concat(parts))).toBe(true);
  });

  test('what is cut anywhere is damage, but between two', () => {
    const one = pack(varied(500));
    const bytes = Buffer.concat([one, pack(Buffer.from('second'))]);
    for (let length = 4; length < bytes.length; length++) {
      if (length === one.length) continue;
      expect(() => unpacked(bytes.subarray(0, length)), String(length)).toThrow(
        /^x\.tar is damaged at byte \d+: .* cut short; fetch/,
      );
    }
    expect(unpacked(bytes.subarray(0, one.length)).equals(varied(500))).toBe(true);
  });

  test('bytes after the end are damage', () => {
    const one = pack(Buffer.from('text'));
    for (const rest of ['x', '\0', 'longer than any header is', '\0'.repeat(512)])
      expect(() => unpacked(Buffer.concat([one, Buffer.from(rest)]))).toThrow(
        new RegExp(
          `^x\\.tar is damaged at byte ${one.length}: bytes after the end of the (zstd|gzip) data; fetch or make it again$`,
        ),
      );
  });

  test('a flipped bit is damage, or makes no difference; never another error', () => {
    const bytes = pack(varied(300));
    for (let at = 4; at < bytes.length; at++) {
      const bad = Buffer.from(bytes);
      bad[at]! ^= 1 << (at % 8);
      try {
        unpacked(bad);
      } catch (error) {
        expect(error).toBeInstanceOf(DataError);
      }
    }
  });
});

test.each([
  ['zstd with a checksum', checked, 5],
  ['gzip', (bytes: Uint8Array) => gzipSync(bytes), 10],
])('a flipped bit in the data is always damage: %s', (_, pack, header) => {
  const bytes = pack(varied(150));
  for (let at = header; at < bytes.length; at++) {
    for (let bit = 0; bit < 8; bit++) {
      const bad = Buffer.from(bytes);
      bad[at]! ^= 1 << bit;
      let result: Buffer | undefined;
      try {
        result = unpacked(bad);
      } catch (error) {
        expect(error).toBeInstanceOf(DataError);
      }
      // Some bits of a header say only how much memory is wanted.
      if (result !== undefined) expect(result.equals(varied(150)), `byte ${at}`).toBe(true);
    }
  }
});

test('skippable frames say nothing, first, between and last', () => {
  const bytes = Buffer.concat([
    skippable('first'),
    checked(Buffer.from('a')),
    skippable(''),
    checked(Buffer.from('b')),
    skippable('x'.repeat(300_000)),
  ]);
  expect(unpacked(bytes).toString()).toBe('ab');
  expect(unpacked(skippable('alone')).length).toBe(0);
  expect(() => unpacked(bytes.subarray(0, -1))).toThrow(/a skippable zstd frame is cut short/);
});

test('what is neither zstd nor gzip is given as it is', () => {
  for (const text of ['', 'a', '\x1f', '(\xb5/', 'plain text']) {
    const bytes = Buffer.from(text, 'latin1');
    expect(unpacked(bytes).equals(bytes)).toBe(true);
  }
  expect(unpacked(large, 999).equals(large)).toBe(true);
});

/** A frame of `blocks` blocks that are 128 KiB of one byte each. */
function zstdBomb(blocks: number): Buffer {
  const head = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, 0x38]);
  const block = (isLast: boolean) => [...u24(((1 << 17) << 3) | (1 << 1) | (isLast ? 1 : 0)), 0x61];
  return Buffer.concat([head, ...Array.from({ length: blocks }, (_, i) => Buffer.from(block(i === blocks - 1)))]);
}

function u24(value: number): number[] {
  return [value & 0xff, (value >> 8) & 0xff, (value >> 16) & 0xff];
}

test.each([
  ['zstd', zstdBomb(2048), 16],
  ['gzip', gzipSync(Buffer.alloc(1 << 28)), 64],
])('a bomb takes no more memory than other data: %s', (_, bomb, mebibytes) => {
  const before = process.memoryUsage().arrayBuffers;
  let most = 0;
  let size = 0;
  const stream = unpackStream(streamOf(bomb));
  for (let piece = stream.read(); piece !== undefined; piece = stream.read()) {
    size += piece.length;
    if (size % (1 << 24) === 0) {
      most = Math.max(most, process.memoryUsage().arrayBuffers - before);
      globalThis.gc?.();
    }
  }
  expect(size).toBeGreaterThanOrEqual(1 << 28);
  // What is not collected yet counts too.
  expect(most).toBeLessThan((mebibytes + 256) << 20);
});

describe('a zstd frame that asks for too much is refused before anything is unpacked', () => {
  test.each([
    [
      'a window of more than 128 MiB',
      [0x28, 0xb5, 0x2f, 0xfd, 0, (18 << 3) | 0],
      /^x\.tar has a zstd frame that needs a window of 268435456 bytes, more than 134217728; pack it again without "--long"$/,
    ],
    [
      'a content of one piece of 1 GiB',
      [0x28, 0xb5, 0x2f, 0xfd, 0xa0, 0, 0, 0, 0x40],
      /needs a window of 1073741824 bytes/,
    ],
    ['a dictionary', [0x28, 0xb5, 0x2f, 0xfd, 0x01, 0x38, 7], /a zstd frame that needs a dictionary/],
    ['an unknown version', [0x28, 0xb5, 0x2f, 0xfd, 0x08, 0x38], /a zstd frame of an unknown version/],
    [
      'a block beyond 128 KiB',
      [0x28, 0xb5, 0x2f, 0xfd, 0, 0x38, ...u24((200_000 << 3) | 1)],
      /at byte 6: a zstd block that is none/,
    ],
    [
      'a block of no type',
      [0x28, 0xb5, 0x2f, 0xfd, 0, 0x38, ...u24((2 << 3) | 7)],
      /at byte 6: a zstd block that is none/,
    ],
  ])('%s', (_, bytes, words) => {
    expect(() => unpacked(Buffer.from([...bytes, ...Array(64).fill(0)]))).toThrow(words);
  });
});

test('an archive of many frames, as it is written, is read by the decoder of zstd itself and by this one', () => {
  const blocks: Buffer[] = [];
  const sink = archiveSink('tar.zst', { write: (bytes) => void blocks.push(Buffer.from(bytes)) });
  const bytes = Buffer.concat(Array(20).fill(large));
  for (let at = 0; at < bytes.length; at += 999_983) sink.write(bytes.subarray(at, at + 999_983));
  sink.end();
  expect(blocks.length).toBe(4);
  expect(unpacked(Buffer.concat(blocks)).equals(bytes)).toBe(true);
});

test('how the bytes are divided makes no difference to what is written', () => {
  const written = (kind: 'tar' | 'tar.zst', steps: readonly number[]) => {
    const blocks: Buffer[] = [];
    const sink = archiveSink(kind, { write: (bytes) => void blocks.push(bytes as Buffer) });
    const bytes = Buffer.concat([large, large, large, large, large, large, large]);
    for (let at = 0, i = 0; at < bytes.length; i++) {
      const step = steps[i % steps.length]!;
      sink.write(bytes.subarray(at, at + step));
      at += step;
    }
    sink.end();
    return Buffer.concat(blocks);
  };
  for (const kind of ['tar', 'tar.zst'] as const)
    expect(written(kind, [1 << 23]).equals(written(kind, [512, 70_001, 3 << 20]))).toBe(true);
  expect(written('tar', [777]).subarray(0, large.length).equals(large)).toBe(true);
});
