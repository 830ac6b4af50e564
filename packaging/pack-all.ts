import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { unpack } from './archive.ts';
import { PUBLISHED, ROOT } from './published.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** A folder with a folder for each published package, unpacked from its archive. */
    unpacked: string;
  }
}

/** Packs all packages as they would be published, once for all test files. */
export default function packAll(project: TestProject): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'ekv-packaging-'));
  const filters = PUBLISHED.flatMap(({ name }) => ['--filter', name]);
  execFileSync('pnpm', ['-r', ...filters, 'pack', '--pack-destination', folder], { cwd: ROOT, stdio: 'pipe' });
  for (const { name, json } of PUBLISHED) {
    const archive = `${name.replace('@', '').replace('/', '-')}-${json.version}.tgz`;
    unpack(join(folder, archive), join(folder, 'unpacked', name));
  }
  project.provide('unpacked', join(folder, 'unpacked'));
  return () => rmSync(folder, { recursive: true });
}
