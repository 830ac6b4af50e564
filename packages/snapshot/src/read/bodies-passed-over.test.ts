import { hash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EnvironmentError } from '../errors.ts';
import { crc32c } from '../format/crc32c.ts';
import { ScratchFolder } from '../sort/scratch.ts';
import { SnapshotWriter } from '../write/snapshot-writer.ts';
import type { CheckedSnapshot } from './checked-snapshot.ts';
import { openSnapshot } from './open-snapshot.ts';
import type { RowsOptions } from './row-source.ts';
import type { OnRow } from './scan.ts';

let folder: string;
const scratch = new ScratchFolder();
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ekv-snapshot-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
  scratch.remove();
});

function written(rows: ReadonlyArray<readonly [key: string, body: Uint8Array]>): Buffer {
  const writer = new SnapshotWriter({ lastCommitTs: 5n, scratch });
  for (const [key, body] of rows) writer.add(Buffer.from(key), body);
  const pieces: Buffer[] = [];
  writer.writeTo({ write: (bytes) => void pieces.push(Buffer.from(bytes)) });
  return Buffer.concat(pieces);
}

function withSnapshot<T>(file: Uint8Array, use: (source: CheckedSnapshot) => T): T {
  const path = join(folder, 'input.fsm');
  writeFileSync(path, file);
  const snapshot = openSnapshot(path, { scratch });
  try {
    return use(snapshot.check({ families: ['k|'] }));
  } finally {
    snapshot.close();
  }
}

interface Row {
  readonly key: string;
  readonly length: number;
  /** SHA-256. */
  readonly body: string;
  readonly offset: number;
}

/** Bodies are read by their place, whether the cursor passed over them or not. */
function rowsOf(source: CheckedSnapshot, options: RowsOptions): Row[] {
  const cursor = source.rows('k|', options);
  const rows: Row[] = [];
  while (cursor.next()) {
    const length = cursor.valueEnd - cursor.valueStart;
    const body = Buffer.alloc(length);
    source.readAt(cursor.valueOffset, body);
    rows.push({
      key: cursor.bytes.toString('latin1', cursor.keyStart, cursor.keyEnd),
      length,
      body: hash('sha256', body),
      offset: cursor.offset,
    });
  }
  return rows;
}

/** Bodies around the size of the buffers. */
const sizes = fc.array(fc.oneof(fc.nat(40), fc.integer({ min: 65_000, max: 66_200 }), fc.constant(300_000)), {
  maxLength: 12,
});

test('a cursor that passes over bodies gives the same rows, and tells where the bodies are', () => {
  fc.assert(
    fc.property(sizes, (list) => {
      const file = written(list.map((size, i) => [`k|${String(i).padStart(3, '0')}`, Buffer.alloc(size, i + 1)]));
      withSnapshot(file, (snapshot) => {
        const rows = rowsOf(snapshot, { bodies: 'passed over' });
        expect(rows).toEqual(rowsOf(snapshot, {}));
        expect(rows.map(({ body }) => body)).toEqual(list.map((size, i) => hash('sha256', Buffer.alloc(size, i + 1))));
      });
    }),
    { numRuns: 30 },
  );
});

test('a cursor can start on a row that an earlier one told', () => {
  const file = written(['a', 'b', 'c'].map((key) => [`k|${key}`, Buffer.from(key)]));
  withSnapshot(file, (snapshot) => {
    const rows = rowsOf(snapshot, {});
    expect(rowsOf(snapshot, { from: rows[1]!.offset })).toEqual(rows.slice(1));
  });
});

test.each(['read', 'passed over'] as const)('a check with bodies %s finds the same', (bodies) => {
  const file = written(['a', 'b', 'c'].map((key) => [`k|${key}`, Buffer.alloc(3 << 20, key)]));
  const lengths: number[] = [];
  const path = join(folder, 'input.fsm');
  const checked = (content: Buffer) => {
    writeFileSync(path, content);
    const snapshot = openSnapshot(path, { scratch });
    try {
      const onRow: OnRow = (_, keyStart, keyEnd, valueStart, valueEnd) =>
        void lengths.push(keyEnd - keyStart, valueEnd - valueStart);
      return snapshot.check({ families: ['k|'], bodies, onRow }).summary;
    } finally {
      snapshot.close();
    }
  };
  expect(checked(file)).toMatchObject({ entries: 3, footer: 'none', lastCommitTs: 5n });
  expect(lengths).toEqual([3, 3 << 20, 3, 3 << 20, 3, 3 << 20]);
  expect(() => checked(file.subarray(0, -1))).toThrow(/truncated/);
  expect(() => checked(file.subarray(0, -(3 << 20)))).toThrow(/truncated/);
});

test('what is behind the end of the file cannot be read', () => {
  withSnapshot(written([['k|a', Buffer.from('x')]]), (snapshot) => {
    expect(() => snapshot.readAt(1 << 20, Buffer.alloc(1))).toThrow(EnvironmentError);
  });
});

test('the checksum of a file without a wrapper is looked at when there is one', () => {
  const file = written([['k|a', Buffer.alloc(3 << 20, 7)]]);
  const footer = Buffer.alloc(4);
  footer.writeUInt32BE(crc32c(file));
  expect(withSnapshot(Buffer.concat([file, footer]), (snapshot) => rowsOf(snapshot, {}).length)).toBe(1);
  footer[3]! ^= 1;
  expect(() => withSnapshot(Buffer.concat([file, footer]), () => {})).toThrow(/checksum does not match/);
});
