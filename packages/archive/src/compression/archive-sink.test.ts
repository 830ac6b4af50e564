import { hash } from 'node:crypto';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import type { ByteSink } from '@ekv/snapshot';
import { FileSink } from '@ekv/snapshot/publish';
import { temporaryFolder } from '@ekv/test-support/temporary-folder';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { padding } from '../tar/tar-header.ts';
import { memberHead } from '../tar/tar-members.ts';
import { archiveSink, type WrittenKind } from './archive-sink.ts';

const MTIME = 1_700_000_000;

/** A file, or bytes that belong to none. */
type Part = { readonly path: string; readonly content: Buffer } | Buffer;

interface Written {
  readonly bytes: Buffer;
  /** Digests by path. */
  readonly digests: Record<string, string>;
}

interface How {
  readonly kind: WrittenKind;
  readonly threads: number;
  readonly sink?: ByteSink;
  /** Digests are asked for after so many parts. */
  readonly settledAfter?: number;
}

function write(parts: readonly Part[], { kind, threads, sink: given, settledAfter = -1 }: How): Written {
  const file = given === undefined ? new FileSink(join(temporaryFolder(), 'file')) : undefined;
  const digests: Record<string, string> = {};
  const add = (path: string, sha256: string) => {
    expect(digests).not.toHaveProperty([path]);
    digests[path] = sha256;
  };
  const addBytes = (bytes: Buffer, start: number, end: number) =>
    add(bytes.toString('latin1', start, end), bytes.toString('hex', end, end + 32));
  const sink = archiveSink(kind, given ?? file!, { threads, digests: { add, addBytes }, mtime: MTIME });
  try {
    parts.forEach((part, i) => {
      if (i === settledAfter) {
        sink.settle();
        expect(Object.keys(digests)).toHaveLength(parts.slice(0, i).filter((part) => 'path' in part).length);
      }
      if ('path' in part) sink.file(part.path, part.content);
      else sink.write(part);
    });
    sink.end();
  } finally {
    sink.close();
    file?.close();
  }
  return { bytes: file === undefined ? Buffer.alloc(0) : readFileSync(file.path), digests };
}

/** The same, with headers made one by one. */
function expected(parts: readonly Part[]): Written {
  const bytes = parts.flatMap((part) => {
    if (!('path' in part)) return [part];
    const { path, content } = part;
    const head = memberHead({ path, kind: 'file', size: content.length, mtime: MTIME });
    return [head, content, padding(content.length)];
  });
  const files = parts.filter((part) => 'path' in part);
  const digests = Object.fromEntries(files.map(({ path, content }) => [path, hash('sha256', content, 'hex')]));
  return { bytes: Buffer.concat(bytes), digests };
}

/** As many files as fill some blocks, among them what is rare: large ones, empty ones, long names, names that need a pax member. */
function manyParts(): Part[] {
  const names = [
    'a',
    `${'folder/'.repeat(20)}name`,
    'n'.repeat(101),
    'n'.repeat(95),
    '\xc3\xa9',
    `${'d'.repeat(140)}/${'n'.repeat(100)}`,
  ];
  return Array.from({ length: 8000 }, (_, i): Part => {
    if (i % 1000 === 999) return Buffer.alloc(512, i);
    const size = i % 500 === 0 ? 300_000 : i % 11 === 0 ? 0 : (i * 37) % 3000;
    return { path: `${i}/${names[i % 200] ?? 'a'}`, content: Buffer.alloc(size, `${i},`) };
  });
}

const MANY = manyParts();
const WANTED = expected(MANY);

describe.each<WrittenKind>(['tar', 'tar.zst'])('%s', (kind) => {
  const unpacked = (bytes: Buffer) => (kind === 'tar' ? bytes : zstdDecompressSync(bytes));

  test('files of all kinds over many blocks, here and by a thread: the bytes and digests of members made one by one', () => {
    const [alone, behind] = [0, 3].map((threads) => write(MANY, { kind, threads, settledAfter: 5000 }));
    expect(unpacked(alone!.bytes).equals(WANTED.bytes)).toBe(true);
    expect(behind!.bytes.equals(alone!.bytes)).toBe(true);
    for (const { digests } of [alone!, behind!]) expect(digests).toEqual(WANTED.digests);
  });

  test.each([0, 1])('a sink without a descriptor gets the same bytes, with %d threads', (threads) => {
    const pieces: Buffer[] = [];
    const sink: ByteSink = { write: (bytes) => void pieces.push(bytes as Buffer) };
    expect(write(MANY, { kind, threads, sink }).digests).toEqual(WANTED.digests);
    expect(unpacked(Buffer.concat(pieces)).equals(WANTED.bytes)).toBe(true);
  });

  test.each([0, 1])(
    'a block that cannot be written goes to the sink, whose error goes through, with %d threads',
    (threads) => {
      const fd = openSync(import.meta.filename, 'r');
      const given: number[] = [];
      const sink: ByteSink = {
        holdsBlocks: 'during the call',
        descriptor: { fd, wrote: () => given.push(0) },
        write: (bytes) => {
          given.push(bytes.length);
          if (given.length === 2) throw new Error('no space is left');
        },
      };
      expect(() => write(MANY, { kind, threads, sink })).toThrow('no space is left');
      expect(given).toHaveLength(2);
      expect(given).not.toContain(0);
      closeSync(fd);
    },
  );
});

test('a header that is made in its block is that of a member by itself, whatever its path and size', () => {
  const name = fc.string({ unit: fc.constantFrom('a', '/', '.', '~', ' ', '\x1f', '\x7f', '\xff'), maxLength: 300 });
  const length = fc.integer({ min: 90, max: 260 });
  const folders = fc.tuple(length, fc.nat(259)).map(([all, slash]) => {
    const text = 'x'.repeat(all);
    return `${text.slice(0, slash)}/${text.slice(slash + 1)}`;
  });
  const size = fc.oneof(fc.nat(20), fc.nat(100_000), fc.constantFrom(511, 512, 513, 4095, 4096, 32_768));
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.oneof(name, folders), size), { maxLength: 5 }), (files) => {
      const parts = files.map(([path, size], i) => ({ path: `${path}${i}`, content: Buffer.alloc(size, 'x') }));
      const { bytes, digests } = write(parts, { kind: 'tar', threads: 0 });
      expect(bytes.equals(expected(parts).bytes)).toBe(true);
      expect(digests).toEqual(expected(parts).digests);
    }),
  );
});
