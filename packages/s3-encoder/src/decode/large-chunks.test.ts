import { describe, expect, test } from 'vitest';
import { blobRow, bodies, bucketRow, decoded, headRow, id, objectRows } from '../rows.test-data.ts';

/** Bytes that never repeat at a distance of a block; servers make no chunk above 1 MiB, the format allows them. */
const SIZE = 3 << 19;
const LARGE = Buffer.alloc(SIZE, Buffer.from(Array.from({ length: 251 }, (_, i) => i))).toString('latin1');

describe('a chunk of 1.5 MiB', () => {
  test('is decoded byte for byte, with another object behind it in the file', () => {
    const found = bodies(decoded([bucketRow('b'), ...objectRows('k', LARGE), ...objectRows('l', 'next')]));
    expect(found.l).toBe('next');
    expect(found.k === LARGE, `${found.k?.length} bytes`).toBe(true);
  });

  test('without an object is written byte for byte as an orphan', () => {
    const rows = [bucketRow('b'), blobRow(id('gone'), LARGE), ...objectRows('l', 'next')];
    const { files } = decoded(rows, { includeOrphans: true });
    const orphan = Object.entries(files).find(([path]) => path.startsWith('b/_orphans/'))?.[1];
    expect(orphan === LARGE, `${orphan?.length} bytes`).toBe(true);
  });
});

test('a chunk behind a gap is one more than the part declares, though all that are declared are there', () => {
  const parts = [{ part_no: 1, chunk_count: 1 }];
  const rows = [
    bucketRow('b'),
    headRow(id('k'), { upload_id: 'u', size_bytes: 1, parts }),
    blobRow(id('k'), 'x', 'u', 1n, 0n),
    blobRow(id('k'), 'y', 'u', 1n, 2n),
  ];
  expect(() => decoded(rows)).toThrow(/part 1 .* declares 1 chunks.*there are more/);
});
