import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@ekv/test-support/temporary-folder';
import { afterEach } from 'vitest';

const { PATH } = process.env;
afterEach(() => {
  process.env.PATH = PATH;
});

/** Puts a program `sync` first on the path, which notes its arguments. */
export function stageSync(status: number): { readonly calls: () => string[] } {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'sync'), `#!/bin/sh\necho "$@" >> '${folder}/calls'\nexit ${status}\n`);
  writeFileSync(join(folder, 'calls'), '');
  chmodSync(join(folder, 'sync'), 0o755);
  process.env.PATH = `${folder}:${PATH}`;
  return { calls: () => readFileSync(join(folder, 'calls'), 'utf8').split('\n').slice(0, -1) };
}
