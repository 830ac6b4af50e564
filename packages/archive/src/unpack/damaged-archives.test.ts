import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { DataError } from '@ekv/snapshot';
import { temporaryFolder } from '@ekv/test-support/temporary-folder';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { archiveOf, filesIn, listed, MANIFEST, plantArchive, textsOf } from '../dump.test-data.ts';
import { verifyDump } from '../verify/verify-dump.ts';
import { unpackArchive } from './unpack-archive.ts';

const FILES = listed({
  'MANIFEST.json': MANIFEST,
  'redis/a.bin': 'hello',
  [`redis/${'n'.repeat(120)}`]: 'x'.repeat(700),
});
const TAR = archiveOf(FILES);
const ARCHIVES = [TAR, zstdCompressSync(TAR), gzipSync(TAR)];

const damaged = fc
  .record({
    archive: fc.constantFrom(...ARCHIVES),
    flips: fc.array(fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 })), { maxLength: 3 }),
    cut: fc.option(fc.nat()),
    more: fc.option(fc.uint8Array({ minLength: 1, maxLength: 40 }), { freq: 6 }),
  })
  .map(({ archive, flips, cut, more }) => {
    const bytes = Buffer.concat([
      archive.subarray(0, cut === null ? archive.length : cut % archive.length),
      more ?? Buffer.alloc(0),
    ]);
    for (const [at, bits] of flips) if (bytes.length > 0) bytes[at % bytes.length]! ^= bits;
    return bytes;
  });

/** The long form: `pnpm --filter @ekv/faults run faults damaged-archives`. */
test('whatever is cut, flipped or added: the very files, or a refusal that leaves nothing; verify says the same', {
  timeout: 20_000,
}, () => {
  const place = temporaryFolder();
  let count = 0;
  fc.assert(
    fc.property(damaged, (bytes) => {
      const input = plantArchive(place, bytes);
      const output = join(place, `dump-${count++}`);
      let isUnpacked = true;
      try {
        unpackArchive({ input, output });
      } catch (error) {
        expect(error).toBeInstanceOf(DataError);
        isUnpacked = false;
      }
      if (isUnpacked) expect(filesIn(output)).toEqual(textsOf(FILES));
      expect(readdirSync(place).filter((name) => name.startsWith('.') || name === `dump-${count - 1}`)).toEqual(
        isUnpacked ? [`dump-${count - 1}`] : [],
      );
      expect(verifyDump({ input }).outcome === 'verified').toBe(isUnpacked);
    }),
    { numRuns: 120 },
  );
});
