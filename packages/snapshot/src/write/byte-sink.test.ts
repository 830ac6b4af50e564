import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterAll, expect, test } from 'vitest';
import { ArgumentError, DuplicateKeyError } from '../errors.ts';
import { ScratchFolder } from '../sort/scratch.ts';
import type { ByteSink } from './byte-sink.ts';
import { SnapshotWriter } from './snapshot-writer.ts';

const folder = mkdtempSync(join(tmpdir(), 'ekv-byte-sink-'));
const scratch = new ScratchFolder(folder, 'scratch');
afterAll(() => rmSync(folder, { recursive: true }));

function writerOf(rows: number, arenaBytes?: number): SnapshotWriter {
  const writer = new SnapshotWriter({ lastCommitTs: 1n << 40n, scratch, ...(arenaBytes && { arenaBytes }) });
  for (let i = 0; i < rows; i++) writer.add(Buffer.from(`k${i}`), Buffer.alloc(100, i));
  return writer;
}

test('a sink that keeps its blocks has the bytes that were hashed', () => {
  const blocks: Uint8Array[] = [];
  const { sha256, bytes } = writerOf(20_000).writeTo({
    write: (block) => {
      blocks.push(block);
    },
  });
  const file = Buffer.concat(blocks);
  expect([file.length, createHash('sha256').update(file).digest('hex')]).toEqual([bytes, sha256]);
  expect(blocks.length).toBeGreaterThan(5);
});

test('a sink that holds blocks during the call alone is given the same memory again', () => {
  const memory = new Set<ArrayBufferLike>();
  writerOf(20_000).writeTo({ write: (block) => void memory.add(block.buffer), holdsBlocks: 'during the call' });
  expect(memory.size).toBe(1);
});

const partial = Buffer.alloc(1);
test.each<[string, () => ByteSink]>([
  ['a stream', () => new Writable({ write: (_, __, done) => done() })],
  ['an asynchronous function', () => ({ write: async () => {} })],
  ['a system call that wrote a part', () => ({ write: (block) => block.length - 1 })],
  ['what gives anything else', () => ({ write: () => partial })],
])('%s is refused as a sink', (_, sink) => {
  expect(() => writerOf(1).writeTo(sink())).toThrow(ArgumentError);
});

test('a sink may give the number of bytes that it took, when that is all of them', () => {
  expect(writerOf(1).writeTo({ write: (block) => block.length }).entries).toBe(1);
});

test('a snapshot is written once, and no row comes after it', () => {
  const writer = writerOf(1);
  writer.writeTo({ write: () => {} });
  expect(() => writer.writeTo({ write: () => {} })).toThrow(ArgumentError);
  expect(() => writer.add(Buffer.from('late'), Buffer.from('row'))).toThrow(ArgumentError);
});

test('after a sink that failed the rows are gone, and a second attempt says so', () => {
  const writer = writerOf(1);
  const full = () => {
    throw new Error('full');
  };
  expect(() => writer.writeTo({ write: full })).toThrow('full');
  expect(() => writer.writeTo({ write: () => {} })).toThrow(/is written already/);
});

test.each([undefined, 1 << 12])(
  'of rows with one key the first is written when that is asked for (memory %s)',
  (arenaBytes) => {
    const rows = () => {
      const writer = writerOf(500, arenaBytes);
      for (let i = 0; i < 500; i += 2) writer.add(Buffer.from(`k${i}`), Buffer.from('again'));
      return writer;
    };
    expect(() => rows().writeTo({ write: () => {} })).toThrow(DuplicateKeyError);
    const { duplicates, sha256, entries } = rows().writeTo({ write: () => {} }, { duplicates: 'first' });
    expect([entries, duplicates, sha256]).toEqual([500, 250, writerOf(500).writeTo({ write: () => {} }).sha256]);
  },
);
