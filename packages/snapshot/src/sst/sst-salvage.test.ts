import { afterAll, describe, expect, test } from 'vitest';
import { Damage } from '../damage/damage.ts';
import { ScratchFolder } from '../sort/scratch.ts';
import { readSnapshot } from './sst-reading.test-data.ts';
import { type Row, row, type SnapshotOptions, sstSnapshot } from './sst-snapshot.test-data.ts';

const scratch = new ScratchFolder();
afterAll(() => scratch.remove());

function salvaged(bytes: Buffer) {
  const damage = new Damage();
  const { rows } = readSnapshot(bytes, { scratch, damage });
  return { keys: rows.map(([key]) => key.slice('!k|'.length)).join(''), counts: damage.counts() };
}

const ROWS: Row[] = [...'abcdefghij'].map((name) => row(`!k|${name}`, `of ${name}`));
/** Rows a to f in the first file and g to j in the second, two in each block. */
const snapshotOf = (options: SnapshotOptions = {}) =>
  sstSnapshot([ROWS.slice(0, 6), ROWS.slice(6)], {
    footer: 'none',
    ...options,
    table: { rowsOfABlock: 2, ...options.table },
  });

function changedAt(bytes: Buffer, text: string): Buffer {
  const changed = Buffer.from(bytes);
  changed[bytes.lastIndexOf(text)]! ^= 1;
  return changed;
}

describe('what a salvage of a snapshot of SST files keeps', () => {
  test('a whole one gives all rows, and nothing is counted', () => {
    expect(salvaged(snapshotOf())).toEqual({ keys: 'abcdefghij', counts: undefined });
  });

  test('a damaged data block costs its rows alone', () => {
    const { keys, counts } = salvaged(changedAt(snapshotOf(), 'of c'));
    expect(keys).toBe('abefghij');
    expect(counts).toEqual({ bytes: expect.any(Number), lost_rows: 2, sst_files: 1 });
  });

  test('a damaged index costs the rows of its file alone', () => {
    const bytes = snapshotOf();
    // The footer of the first file.
    bytes[bytes.indexOf('f09faab3f09faab3', 0, 'hex') - 45 + 3]! ^= 0x40;
    expect(salvaged(bytes)).toMatchObject({ keys: 'ghij', counts: { lost_rows: 6, sst_files: 1 } });
  });

  test('of an index of two levels a damaged lower block costs the rows below it', () => {
    const bytes = snapshotOf({ table: { entriesOfAnIndexBlock: 1 } });
    // In its data block it stands without what it shares with the key before.
    bytes[bytes.indexOf('!k|d')]! ^= 1;
    expect(salvaged(bytes)).toMatchObject({ keys: 'abefghij', counts: { lost_rows: 2 } });
  });

  test('a cut one gives the files that are whole, and counts what is gone', () => {
    const { keys, counts } = salvaged(snapshotOf().subarray(0, -10));
    expect(keys).toBe('abcdef');
    expect(counts).toEqual({ cut_end: 1, bytes: 10, lost_rows: 4 });
  });

  test('a file with another digest and no damage that shows is read, and counted', () => {
    const text = (manifest: string) => manifest.replace(/"sha256":"..../, '"sha256":"0000');
    expect(salvaged(snapshotOf({ text }))).toEqual({ keys: 'abcdefghij', counts: { sst_files: 1 } });
  });

  test('a manifest with another digest that can be read is taken, and counted', () => {
    const bytes = snapshotOf();
    bytes[40]! ^= 1;
    expect(salvaged(bytes)).toEqual({ keys: 'abcdefghij', counts: { header: 1 } });
  });

  test('an older version of a row that may be lost does not come back', () => {
    const rows = [row('!k|a', 'x'), row('!k|b', 'newest', 9n), row('!k|b', 'older', 3n), row('!k|c', 'x')];
    const bytes = changedAt(sstSnapshot([rows], { footer: 'none', table: { rowsOfABlock: 2 } }), 'newest');
    const { keys, counts } = salvaged(bytes);
    expect(keys).toBe('c');
    expect(counts).toMatchObject({ lost_rows: 3 });
  });

  test('a key that only begins like a lost one is kept', () => {
    const rows = [row('!k|a', 'x'), row('!k|b', 'lost'), row('!k|bb', 'x'), row('!k|c', 'x')];
    const bytes = changedAt(sstSnapshot([rows], { footer: 'none', table: { rowsOfABlock: 2 } }), 'lost');
    expect(salvaged(bytes).keys).toBe('bbc');
  });

  test('a row with flags that do not exist is left out alone', () => {
    const rows = [row('!k|a', 'x'), row('!k|b', 'x', 5n, 0x80), row('!k|c', 'x')];
    expect(salvaged(sstSnapshot([rows]))).toEqual({ keys: 'ac', counts: { entries: 1 } });
  });

  test('bytes after the last file are counted, and so is a wrong checksum', () => {
    const bytes = snapshotOf();
    expect(salvaged(Buffer.concat([bytes, Buffer.alloc(7)]))).toEqual({ keys: 'abcdefghij', counts: { bytes: 7 } });
    expect(salvaged(Buffer.concat([bytes, Buffer.alloc(4)]))).toEqual({ keys: 'abcdefghij', counts: { checksum: 1 } });
  });
});

test('a manifest that cannot be read is refused also by a salvage: nothing else says where the files are', () => {
  const bytes = snapshotOf();
  bytes[bytes.indexOf('"files"')] = 0x7b;
  expect(() => salvaged(bytes)).toThrow(/^in\.fsm: the manifest of its SST files: it is no JSON/);
  expect(() => salvaged(bytes.subarray(0, 100))).toThrow(/ends inside the manifest of its SST files/);
});

test('one whose magic is damaged is refused, as no entries are in it', () => {
  for (let bit = 0; bit < 64; bit++) {
    const bytes = snapshotOf();
    bytes[16 + (bit >> 3)]! ^= 1 << (bit & 7);
    expect(() => salvaged(bytes)).toThrow(/^in\.fsm has the wrong magic/);
  }
});
