import crypto, { randomBytes } from 'node:crypto';
import fs, { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import zlib from 'node:zlib';
import { temporaryFolder } from '@ekv/test-support/temporary-folder';
import { expect, test } from 'vitest';
import { FileSink } from '../publish/file-sink.ts';
import { ScratchFolder } from '../sort/scratch.ts';
import { BlocksBehind, writeBlocks } from './blocks-behind.ts';
import type { ByteSink } from './byte-sink.ts';
import { SnapshotWriter } from './snapshot-writer.ts';

const BLOCK = 1 << 10;
const bytes = randomBytes(BLOCK * 30 + 7);
const sha256 = crypto.hash('sha256', bytes, 'hex');

function give(blocks: BlocksBehind): string {
  for (let at = 0; at < bytes.length; at += BLOCK) blocks.take(bytes.copy(blocks.block(), 0, at, at + BLOCK));
  return blocks.digest();
}

function collecting(fd: number): { sink: ByteSink; taken: () => Buffer } {
  const pieces: Buffer[] = [];
  const write = (piece: Uint8Array) => void pieces.push(Buffer.from(piece));
  return { sink: { write, descriptor: { fd, wrote: () => {} } }, taken: () => Buffer.concat(pieces) };
}

test('blocks are written in order, more of them than can be on their way, and the sink is told how many bytes', () => {
  const file = new FileSink(join(temporaryFolder(), 'file'));
  let told = 0;
  const wrote = (written: number) => {
    told += written;
  };
  const blocks = new BlocksBehind(file, { fd: file.descriptor.fd, wrote }, BLOCK);
  expect(give(blocks)).toBe(sha256);
  blocks.close();
  file.close();
  expect(readFileSync(file.path).equals(bytes)).toBe(true);
  expect(told).toBe(bytes.length);
});

test('what the thread cannot write goes to the sink, in order, and the digest is that of all', () => {
  const fd = openSync(import.meta.filename, 'r');
  const { sink, taken } = collecting(fd);
  const blocks = new BlocksBehind(sink, sink.descriptor!, BLOCK);
  expect(give(blocks)).toBe(sha256);
  blocks.close();
  closeSync(fd);
  expect(taken().equals(bytes)).toBe(true);
});

test('what the sink says of a block that cannot be written goes through', () => {
  const fd = openSync(import.meta.filename, 'r');
  const write = () => {
    throw new Error('no space is left');
  };
  const blocks = new BlocksBehind({ write }, { fd, wrote: () => {} }, BLOCK);
  expect(() => give(blocks)).toThrow('no space is left');
  blocks.close();
  closeSync(fd);
});

test('a block that is written in part says how far, and none after it is begun', () => {
  const left = [3, 2, 'full', 5];
  const writeSync = () => {
    const taken = left.shift();
    if (typeof taken !== 'number') throw new Error('no space is left');
    return taken;
  };
  const context = {
    fs: { ...fs, writeSync } as typeof fs,
    crypto,
    zlib,
    options: { fd: 0, writtenAt: 10 },
    kept: {},
  };
  const written = ['0123456789', 'abcdefghij'].map((text) => {
    const slot = Buffer.from(`${text}....`);
    writeBlocks(slot, 10, context);
    return slot.readUInt32LE(10);
  });
  expect(written).toEqual([5, 0]);
});

function written(workers: number): { result: object; bytes: Buffer } {
  const scratch = new ScratchFolder();
  const file = new FileSink(join(temporaryFolder(), 'file'));
  const writer = new SnapshotWriter({ lastCommitTs: 7n, scratch });
  const value = Buffer.alloc(1000, 'value');
  for (let row = 0; row < 6000; row++) writer.add(Buffer.from(`!redis|str|${(row * 7919) % 6000}`), value);
  const result = writer.writeTo(file, { workers });
  file.close();
  scratch.remove();
  return { result, bytes: readFileSync(file.path) };
}

test('a snapshot is the same with a thread that writes it', () => {
  const { result, bytes } = written(2);
  expect(bytes.length).toBeGreaterThan(4 << 20);
  expect(result).toEqual(written(1).result);
  expect(bytes.equals(written(1).bytes)).toBe(true);
});
