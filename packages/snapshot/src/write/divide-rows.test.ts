import { writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { ArgumentError, DuplicateKeyError } from '../errors.ts';
import { ScratchFolder } from '../sort/scratch.ts';
import type { ByteSink } from './byte-sink.ts';
import { SnapshotWriter, type WrittenSnapshot } from './snapshot-writer.ts';

const scratch = new ScratchFolder();
afterAll(() => scratch.remove());

class MemorySink implements ByteSink {
  readonly holdsBlocks = 'during the call';
  readonly #blocks: Buffer[] = [];

  write(bytes: Uint8Array): void {
    this.#blocks.push(Buffer.from(bytes));
  }

  get bytes(): Buffer {
    return Buffer.concat(this.#blocks);
  }
}

type Row = readonly [key: string, value: string];

function writerOf(rows: readonly Row[]): SnapshotWriter {
  const writer = new SnapshotWriter({ lastCommitTs: 1000n, scratch });
  for (const [key, value] of rows) writer.add(Buffer.from(key), Buffer.from(value));
  return writer;
}

/** By the first byte of the key; below 0 for those that have none. */
const byFirst = (count: number) => (bytes: Buffer, start: number, end: number) =>
  start === end ? -1 : bytes[start]! % count;

test('rows that are divided stand in files that hold these rows alone, as if each had been written for itself', () => {
  const row = fc.tuple(fc.string({ maxLength: 4 }), fc.string({ maxLength: 20 }));
  const rows = fc.uniqueArray(row, { selector: ([key]) => key, maxLength: 40 });
  fc.assert(
    fc.property(rows, fc.integer({ min: 1, max: 5 }), (all, count) => {
      const sinks = Array.from({ length: count }, () => new MemorySink());
      const written = writerOf(all).divideTo(sinks, byFirst(count));
      const want: WrittenSnapshot[] = sinks.map((sink, i) => {
        const own = all.filter(([key]) => key !== '' && Buffer.from(key)[0]! % count === i);
        const alone = new MemorySink();
        const result = writerOf(own).writeTo(alone);
        expect(sink.bytes.equals(alone.bytes)).toBe(true);
        return result;
      });
      expect(written).toEqual(want);
    }),
    { numRuns: 20 },
  );
});

test('a body that lies in another file goes to the file of its row, and to whom looks at it', () => {
  const path = scratch.newFile('body');
  writeFileSync(path, 'x'.repeat(100_000));
  const writer = writerOf([['a', 'one']]);
  writer.add(Buffer.from('b'), { path, offset: 10, length: 90_000, note: Buffer.of(7) });
  const sinks = [new MemorySink(), new MemorySink()];
  const pieces: number[] = [];
  const [even, odd] = writer.divideTo(sinks, byFirst(2), { take: (_, piece) => void pieces.push(piece.length) });
  expect([even!.entries, odd!.entries, pieces.reduce((sum, length) => sum + length)]).toEqual([1, 1, 90_000]);
  expect(sinks[0]!.bytes.subarray(-90_000).equals(Buffer.alloc(90_000, 'x'))).toBe(true);
});

test('a key that comes twice is refused, and rows can be divided once', () => {
  const twice = writerOf([
    ['a', '1'],
    ['a', '2'],
  ]);
  expect(() => twice.divideTo([new MemorySink()], () => 0)).toThrow(DuplicateKeyError);
  expect(() => twice.divideTo([new MemorySink()], () => 0)).toThrow(ArgumentError);
});
