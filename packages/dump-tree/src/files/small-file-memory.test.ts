import { mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ByteSource } from '@ekv/snapshot';
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import { JsonReader } from '../json/json-reader.ts';
import { JsonSequence } from '../json/json-sequence.ts';
import { StagedLines } from '../output/staged-lines.ts';
import { fileDigest, jsonDigest } from './file-digest.ts';
import { LineReader } from './line-reader.ts';

const folder = mkdtempSync(join(tmpdir(), 'ekv-small-file-'));
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => vi.restoreAllMocks());

function source(text: string): ByteSource {
  const bytes = Buffer.from(text);
  return {
    name: 'lines',
    byteLength: bytes.length,
    read: (position, into, at, length) => bytes.copy(into, at, position, position + length),
    close: () => {},
  };
}

/** Bytes of blocks that are made for a file alone while it is read or written. */
function bytesOfBlocks(work: () => void): number {
  let bytes = 0;
  for (const name of ['alloc', 'allocUnsafe', 'allocUnsafeSlow'] as const) {
    const make = Buffer[name];
    vi.spyOn(Buffer, name).mockImplementation((size: number) => {
      bytes += size;
      return make.call(Buffer, size);
    });
  }
  work();
  return bytes;
}

function readLines(text: string): void {
  const lines = new LineReader(source(text), 1 << 20);
  while (lines.next());
}

function readValues(text: string): void {
  const reader = new JsonReader();
  const values = new JsonSequence(source(text), reader, 1 << 20);
  while (values.next()) reader.skip();
}

function writeLines(text: string): string {
  const path = join(folder, 'written');
  const fd = openSync(path, 'w');
  const lines = new StagedLines(fd, { attempt: (call) => call(), wrote: () => {}, closed: () => {} });
  for (const line of text.match(/.+\n/g)!) lines.write(Buffer.from(line));
  lines.close();
  return readFileSync(path, 'utf8');
}

const WAYS: ReadonlyArray<readonly [string, (text: string) => void]> = [
  ['read line by line', readLines],
  ['read value by value', readValues],
  ['hashed', (text) => fileDigest(source(text))],
  ['hashed as JSON', (text) => jsonDigest(source(text))],
];

describe('a tree can have a small file for each of very many queues', () => {
  test.each(WAYS)('a small file that is %s takes as much memory as it has bytes', (_, work) => {
    const text = '{"id":1}\n{"id":2}\n';
    work(text);
    expect(bytesOfBlocks(() => work(text))).toBeLessThan(text.length + 100);
  });

  test('a small file that is written line by line takes a small block', () => {
    expect(bytesOfBlocks(() => writeLines('{"id":1}\n'))).toBeLessThanOrEqual(1 << 12);
  });

  test.each([1, 4095, 4096, 4097, 16_384, 65_535, 65_536, 65_537, 200_000])(
    'lines of %i bytes are written whole',
    (length) => {
      const text = `a\n${'x'.repeat(length)}\n${'y'.repeat(length)}\nb\n`;
      expect(writeLines(text)).toBe(text);
    },
  );

  test('a file that grew while it was read is read to its new end', () => {
    const grown = { ...source('{"id":1}\n{"id":2}\n'), byteLength: 3 };
    const lines = new LineReader(grown, 1 << 20);
    let count = 0;
    while (lines.next()) count++;
    expect(count).toBe(2);
    expect(fileDigest(grown).size).toBe(18);
  });
});
