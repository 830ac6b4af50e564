import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { ByteSource } from '../format/byte-source.ts';
import { ScratchFolder } from '../sort/scratch.ts';
import { SnapshotWriter } from '../write/snapshot-writer.ts';
import type { CheckedSnapshot } from './checked-snapshot.ts';
import { openSnapshot } from './open-snapshot.ts';

const folder = mkdtempSync(join(tmpdir(), 'ekv-byte-source-'));
const scratch = new ScratchFolder(folder, 'scratch');
afterAll(() => rmSync(folder, { recursive: true }));

/** Gives at most 7 bytes at a time, as a source may. */
class Bytes implements ByteSource {
  readonly name = 'bytes in memory';
  readonly #bytes: Uint8Array;
  isClosed = false;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get byteLength(): number {
    return this.#bytes.length;
  }

  read(position: number, into: Uint8Array, at: number, length: number): number {
    const piece = this.#bytes.subarray(position, position + Math.min(length, 7));
    into.set(piece, at);
    return piece.length;
  }

  close(): void {
    this.isClosed = true;
  }
}

function written(rows: Record<string, string>): Buffer {
  const writer = new SnapshotWriter({ lastCommitTs: 5n, scratch });
  for (const [key, value] of Object.entries(rows)) writer.add(Buffer.from(key), Buffer.from(value));
  const blocks: Buffer[] = [];
  writer.writeTo({ write: (block) => void blocks.push(Buffer.from(block)) });
  return Buffer.concat(blocks);
}

function rowsOf(source: CheckedSnapshot): string[] {
  const rows: string[] = [];
  for (const cursor = source.rows('k|'); cursor.next(); ) {
    const value = Buffer.alloc(cursor.valueEnd - cursor.valueStart);
    source.readAt(cursor.valueOffset, value);
    rows.push(`${cursor.bytes.toString('latin1', cursor.keyStart, cursor.keyEnd)}=${value}`);
  }
  return rows;
}

const FILE = written({ 'k|a': 'one', 'k|b': 'two', 'k|c': 'three' });
/** Magic and timestamp; docs/format/01-snapshot.md, section 2. */
const HEADER_BYTES = 16;
const ROWS = ['k|a=one', 'k|b=two', 'k|c=three'];

test('a snapshot is read from any source of bytes, which is closed with it', () => {
  const bytes = new Bytes(FILE);
  const snapshot = openSnapshot(bytes, { scratch });
  expect(snapshot.size).toBe(FILE.length);
  const source = snapshot.check({ families: ['k|'] });
  expect([source.count('k|'), rowsOf(source)]).toEqual([3, ROWS]);
  expect(bytes.isClosed).toBe(false);
  snapshot.close();
  expect(bytes.isClosed).toBe(true);
});

test('entries out of order are read from their sorted copy, and the source is let go of', () => {
  const files = ROWS.map((row) => written(Object.fromEntries([row.split('=')]))).reverse();
  const entries = files.map((file) => file.subarray(HEADER_BYTES));
  const bytes = new Bytes(Buffer.concat([FILE.subarray(0, HEADER_BYTES), ...entries]));
  const snapshot = openSnapshot(bytes, { scratch });
  const source = snapshot.check({ families: ['k|'] });
  expect(rowsOf(source)).toEqual(ROWS);
  expect(bytes.isClosed).toBe(true);
  snapshot.close();
});

test('a source that ends early is refused with its name', () => {
  const short = Object.defineProperty(new Bytes(FILE.subarray(0, -1)), 'byteLength', { value: FILE.length });
  expect(() => openSnapshot(short, { scratch }).check({ families: [] })).toThrow(/^bytes in memory: .*truncated/);
});

test.each([undefined, null, 5, '', {}, []])('%j is no path and no source', (input) => {
  expect(() => openSnapshot(input as never)).toThrow(
    /^what openSnapshot reads must be the path of a file, or a ByteSource, not /,
  );
});
