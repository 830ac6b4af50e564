import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { temporaryFolder } from '@ekv/test-support/temporary-folder';
import { expect, test } from 'vitest';
import { archiveOf, listed, MANIFEST, plantArchive } from '../dump.test-data.ts';
import { verifyDump } from '../verify/verify-dump.ts';
import { unpackArchive } from './unpack-archive.ts';

test('a process reads archives of all packings, one after the other, gzip as the first', () => {
  const place = temporaryFolder();
  const tar = archiveOf(listed({ 'MANIFEST.json': MANIFEST, 'redis/a.bin': 'hello' }));
  for (const [i, bytes] of [
    gzipSync(tar),
    zstdCompressSync(tar),
    tar,
    gzipSync(tar),
    zstdCompressSync(tar),
  ].entries()) {
    const input = plantArchive(place, bytes);
    expect(verifyDump({ input }).outcome).toBe('verified');
    expect(unpackArchive({ input, output: join(place, `dump-${i}`) }).files).toBe(3);
  }
});
