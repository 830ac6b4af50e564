import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openFilesIn } from '@ekv/test-support/open-files';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { Damage } from '../damage/damage.ts';
import { ArgumentError } from '../errors.ts';
import { printable } from '../printable.ts';
import { writeSnapshot } from '../publish/write-snapshot.ts';
import { ScratchFolder } from '../sort/scratch.ts';
import { openSnapshot } from './open-snapshot.ts';
import type { RowSource } from './row-source.ts';

/** Before the first entry, in what encode writes. */
const HEADER_BYTES = 16;

let folder: string;
let path: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ekv-rows-of-'));
  path = join(folder, 'two.fsm');
  const row = (key: string) => ({ key: Buffer.from(key), value: Buffer.from('v') });
  await writeSnapshot(path, ['!a|1', '!a|2', '!b|1', '!b|x|1'].map(row));
});
afterEach(() => void vi.unstubAllEnvs());
afterAll(() => rmSync(folder, { recursive: true }));

/** Scratch files that this process holds in the folder; they have no names. */
function scratchFiles(): string[] {
  return openFilesIn(folder).filter((path) => path.endsWith(' (deleted)'));
}

function keys(source: RowSource, family: string): string[] {
  const cursor = source.rows(family);
  const found: string[] = [];
  while (cursor.next()) found.push(printable(cursor.bytes.subarray(cursor.keyStart, cursor.keyEnd)));
  return found;
}

test('families may be asked for one after another, and each walk sees its own', () => {
  using snapshot = openSnapshot(path);
  const a = snapshot.rowsOf(['!a|']);
  expect(snapshot.rowsOf(['!a|'])).toBe(a);
  const b = snapshot.rowsOf(['!b|']);
  expect(keys(b, '!b|')).toEqual(['!b|1', '!b|x|1']);
  expect(keys(a, '!a|')).toEqual(['!a|1', '!a|2']);
  expect(keys(b, '!a|')).toEqual(['!a|1', '!a|2']);
  expect(b.count('!b|')).toBe(2);
  expect(b.summary.entries).toBe(a.summary.entries);
});

test('a family within another one that was asked for before takes its rows from then on', () => {
  using snapshot = openSnapshot(path);
  const wide = snapshot.rowsOf(['!b|']);
  const both = snapshot.rowsOf(['!b|', '!b|x|']);
  expect(keys(both, '!b|')).toEqual(['!b|1']);
  expect(keys(both, '!b|x|')).toEqual(['!b|x|1']);
  expect(keys(wide, '!b|')).toEqual(['!b|1', '!b|x|1']);
});

test('a snapshot is salvaged in one walk, and checked once', () => {
  using salvaged = openSnapshot(path, { damage: new Damage() });
  salvaged.rowsOf(['!a|']);
  expect(() => salvaged.rowsOf(['!b|'])).toThrow(ArgumentError);
  using snapshot = openSnapshot(path);
  snapshot.check({ families: ['!a|'] });
  expect(() => snapshot.check({ families: ['!b|'] })).toThrow(/was checked before/);
});

test('the scratch space that nobody gave goes with the snapshot', () => {
  vi.stubEnv('TMPDIR', folder);
  // Out of order, so it is sorted to scratch first.
  const unsorted = join(folder, 'unsorted.fsm');
  const file = readFileSync(path);
  writeFileSync(unsorted, Buffer.concat([file, file.subarray(HEADER_BYTES)]));
  const snapshot = openSnapshot(unsorted);
  expect(keys(snapshot.rowsOf(['!a|']), '!a|')).toEqual(['!a|1', '!a|2']);
  expect(keys(snapshot.rowsOf(['!b|']), '!b|')).toEqual(['!b|1', '!b|x|1']);
  expect(scratchFiles()).not.toEqual([]);
  snapshot.close();
  expect(scratchFiles()).toEqual([]);
  expect(readdirSync(folder).filter((name) => name.startsWith('ekv-'))).toEqual([]);
});

test('a scratch folder that was given stays the giver’s', () => {
  const scratch = new ScratchFolder();
  const made = scratch.path();
  openSnapshot(path, { scratch })[Symbol.dispose]();
  expect(existsSync(made)).toBe(true);
  scratch.remove();
});

test('what is read of a snapshot that was closed is refused, and says why', () => {
  const snapshot = openSnapshot(path);
  const source = snapshot.rowsOf(['!a|']);
  snapshot.close();
  expect(() => keys(source, '!a|')).toThrow(ArgumentError);
  expect(() => source.readAt(0, new Uint8Array(1))).toThrow(
    `${path} is closed, so nothing can be read of it; close it after the last loop`,
  );
});
