import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { UsageError } from '@ekv/snapshot';
import { writeSnapshot } from '@ekv/test-support/node-file';
import { plant, temporaryFolder } from '@ekv/test-support/temporary-folder';
import { beforeEach, expect, test } from 'vitest';
import { inputKindOf } from './input-kind.ts';

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
});

/** A member of a tar archive of no bytes, as far as its magic goes. */
const TAR = Buffer.alloc(1024);
TAR.write('MANIFEST.json');
TAR.write('ustar', 257);

test('what a path leads to is told by what is there, not by its name', () => {
  const at = (name: string, bytes: Uint8Array) => {
    writeFileSync(join(folder, name), bytes);
    return inputKindOf(join(folder, name));
  };
  writeSnapshot(join(folder, 'snapshot.tar'), [{ key: 'a' }]);
  expect(inputKindOf(join(folder, 'snapshot.tar'))).toBe('snapshot');
  expect(at('archive.fsm', TAR)).toBe('archive');
  expect(at('archive.zst', zstdCompressSync(TAR))).toBe('archive');
  expect(at('archive.gz', gzipSync(TAR))).toBe('archive');
  expect(at('snapshot.zst', zstdCompressSync(Buffer.from('EKVPBBL1')))).toBe('snapshot');
  expect(at('empty', Buffer.alloc(0))).toBe('snapshot');
  expect(at('cut.gz', gzipSync(TAR).subarray(0, 12))).toBe('snapshot');
  plant(folder, { 'dump/MANIFEST.json': '{}' });
  expect(inputKindOf(join(folder, 'dump'))).toBe('dump');
  mkdirSync(join(folder, 'node'));
  expect(inputKindOf(join(folder, 'node'))).toBe('node folder');
});

test('what is not there is a usage error with what could be', () => {
  expect(() => inputKindOf(join(folder, 'x'))).toThrow(UsageError);
  expect(() => inputKindOf(join(folder, 'x'))).toThrow(
    /x does not exist; name a snapshot file, or a dump: a folder or an archive$/,
  );
});

test.each(['redis', 'dynamodb', 's3', 'sqs'])(
  'a dump of %s without its manifest is not taken for a node',
  (adapter) => {
    plant(folder, { [`dump/${adapter}/x`]: '' });
    expect(() => inputKindOf(join(folder, 'dump'))).toThrow(UsageError);
    expect(() => inputKindOf(join(folder, 'dump'))).toThrow(
      /has a folder \w+, as a dump, and no MANIFEST\.json; copy all of/,
    );
  },
);
