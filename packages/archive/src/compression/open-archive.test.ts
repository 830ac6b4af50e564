import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { DataError, UsageError } from '@ekv/snapshot';
import { makeFifo } from '@ekv/test-support/system-program';
import { temporaryFolder } from '@ekv/test-support/temporary-folder';
import { expect, test } from 'vitest';
import { openArchive } from './open-archive.ts';

test.each([
  ['tar', (text: string) => Buffer.from(text)],
  ['tar.zst', (text: string) => zstdCompressSync(text)],
  ['tar.gz', (text: string) => gzipSync(text)],
])('the first bytes tell what an archive is, not its name: %s', (kind, pack) => {
  const path = join(temporaryFolder(), 'archive.bin');
  writeFileSync(path, pack('text'));
  const archive = openArchive(path);
  expect(archive.kind).toBe(kind);
  expect(archive.read()?.toString()).toBe('text');
  expect(archive.read()).toBeUndefined();
  archive.close();
  archive.close();
});

test('nothing at the path is the mistake of the operator', () => {
  expect(() => openArchive(join(temporaryFolder(), 'none.tar'))).toThrow(UsageError);
});

test('what is no regular file is refused, and no pipe is waited for', () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'file'), 'x');
  symlinkSync('file', join(folder, 'link'));
  mkdirSync(join(folder, 'folder'));
  makeFifo(join(folder, 'pipe'));
  const refusal = (name: string) => {
    try {
      openArchive(join(folder, name)).close();
      return undefined;
    } catch (error) {
      expect(error).toBeInstanceOf(DataError);
      return (error as Error).message.replace(folder, '');
    }
  };
  expect(refusal('link')).toBe('the archive /link is a symlink; name the file itself');
  expect(refusal('folder')).toBe('the archive /folder is a folder; only regular files are read');
  expect(refusal('pipe')).toBe('the archive /pipe is a pipe (FIFO); only regular files are read');
});

test('standard input is read to its end, as a pipe and as a file', () => {
  const script = `
    import { openArchive } from ${JSON.stringify(new URL('./open-archive.ts', import.meta.url).href)};
    const archive = openArchive('-');
    let size = 0;
    for (let piece = archive.read(); piece !== undefined; piece = archive.read()) size += piece.length;
    console.log(archive.kind, archive.name, size, archive.file);`;
  const path = join(temporaryFolder(), 'archive');
  writeFileSync(path, zstdCompressSync(Buffer.alloc(3_000_000)));
  for (const command of ['cat "$1" | "$2" --input-type=module -e "$0"', '"$2" --input-type=module -e "$0" <"$1"']) {
    const run = spawnSync('sh', ['-c', command, script, path, process.execPath]);
    expect(run.stdout.toString()).toBe('tar.zst standard input 3000000 undefined\n');
  }
});
