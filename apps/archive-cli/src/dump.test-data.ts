import { hash } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { plant } from '@ekv/test-support/temporary-folder';

const MANIFEST = readFileSync(
  fileURLToPath(new URL('../../../fixtures/golden/archive/checksums-forms/t1/MANIFEST.json', import.meta.url)),
);

/** Makes a dump of these files, and nothing else, at a path. */
export function plantDump(dump: string, files: Readonly<Record<string, Buffer>>): void {
  const all: Record<string, Buffer> = { 'MANIFEST.json': MANIFEST, ...files };
  const lines = Object.entries(all).map(([path, bytes]) => `${hash('sha256', bytes, 'hex')}  ${path}\n`);
  rmSync(dump, { recursive: true, force: true });
  plant(dump, { ...all, CHECKSUMS: lines.join('') });
}

/** Makes a dump of one file of so many MiB: work on it takes a while. */
export function plantLargeDump(dump: string, mebibytes: number): void {
  const piece = Buffer.from(Array.from({ length: 1 << 16 }, (_, i) => (i * 2_654_435_761) >>> 13));
  plantDump(dump, { 'redis/large.bin': Buffer.concat(Array<Buffer>(mebibytes * 16).fill(piece)) });
}
