import { mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ArgumentError, DataError, EnvironmentError } from '../errors.ts';
import { decodeSlice, encodeSlice, type FileSlice, SliceReader } from './file-slice.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ekv-slice-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function read(slice: FileSlice): string {
  const reader = new SliceReader();
  const pieces: string[] = [];
  try {
    reader.read(slice, (bytes) => void pieces.push(bytes.toString('latin1')));
  } finally {
    reader.close();
  }
  return pieces.join('');
}

test('a slice is the bytes of its stretch, also above a MiB', () => {
  const content = 'abcdefgh'.repeat(1 << 18);
  writeFileSync(join(folder, 'f'), content);
  expect(read({ path: join(folder, 'f'), offset: 3, length: 1_500_000 }) === content.slice(3, 1_500_003)).toBe(true);
});

test('the name of the file may be any bytes', () => {
  const path = Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0xff, 0x0a])]);
  writeFileSync(path, 'content');
  const slice = { path, offset: 1, length: 3, fileBytes: 7, modifiedMs: 12.5 };
  const bytes = encodeSlice(slice);
  expect(decodeSlice(bytes, 0, bytes.length)).toEqual(slice);
  const noted = encodeSlice({ ...slice, note: Buffer.from('a note') });
  expect(decodeSlice(noted, 0, noted.length)).toEqual({ ...slice, note: Buffer.from('a note') });
  expect(read({ path, offset: 1, length: 3 })).toBe('ont');
});

test('a file that has changed since is refused', () => {
  const path = join(folder, 'f');
  writeFileSync(path, 'content');
  utimesSync(path, 1, 1);
  const slice = { path, offset: 0, length: 7, fileBytes: 7, modifiedMs: 1000 };
  expect(read(slice)).toBe('content');
  utimesSync(path, 2, 2);
  expect(() => read(slice)).toThrow(/changed while it was read/);
  expect(() => read({ path, offset: 0, length: 7, fileBytes: 8 })).toThrow(DataError);
});

test('a file that is shorter than the slice is said to be that', () => {
  const path = join(folder, 'f');
  writeFileSync(path, 'content');
  for (const [offset, length] of [
    [0, 8],
    [8, 1],
    [7, 2 ** 40],
  ] as const)
    expect(() => read({ path, offset, length })).toThrow(
      new DataError(
        `${path} has 7 bytes, and a slice of it ends at ${offset + length}: the file is shorter than the slice`,
      ),
    );
  const slice = { path, offset: 0, length: 8 };
  expect(() => encodeSlice({ ...slice, fileBytes: 7 })).toThrow(
    new ArgumentError('a slice ends at 8, and its file has 7 bytes'),
  );
  expect(() => read({ ...slice, fileBytes: 8 })).toThrow(/changed while it was read/);
});

test('neither a link nor a folder nor a missing file is read', () => {
  symlinkSync('/etc/passwd', join(folder, 'l'));
  for (const path of [join(folder, 'l'), join(folder, 'none'), folder])
    expect(() => read({ path, offset: 0, length: 1 })).toThrow(EnvironmentError);
});

test.each<[string, object]>([
  ['no length', { length: undefined }],
  ['a length that is no number', { length: '5' }],
  ['a negative length', { length: -1 }],
  ['half a byte', { length: 0.5 }],
  ['a bigint', { length: 5n }],
  ['a negative offset', { offset: -1 }],
  ['an offset that is no number', { offset: Number.NaN }],
  ['a size that is no number', { fileBytes: Number.NaN }],
  ['a time that is no number', { modifiedMs: Number.NaN }],
  ['a descriptor', { path: 0 }],
])('a slice with %s is refused: other bytes, or none, would stand for it', (_, wrong) => {
  const slice = { path: '/some/file', offset: 0, length: 1, ...wrong } as FileSlice;
  expect(() => encodeSlice(slice)).toThrow(ArgumentError);
});
