import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@ekv/test-support/temporary-folder';
import { afterEach } from 'vitest';

const { PATH } = process.env;
afterEach(() => {
  process.env.PATH = PATH;
});

interface StagedSync {
  /** The arguments of each call. */
  readonly calls: () => string[];
  /** From now on it ends with this status. A thread has the path of its start, so another program in its place would not be found. */
  readonly end: (status: number) => void;
}

/** Puts a program `sync` first on the path, which notes its arguments. */
export function stageSync(status: number): StagedSync {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'sync'), `#!/bin/sh\necho "$@" >> '${folder}/calls'\nexit $(cat '${folder}/status')\n`);
  writeFileSync(join(folder, 'calls'), '');
  chmodSync(join(folder, 'sync'), 0o755);
  process.env.PATH = `${folder}:${PATH}`;
  const end = (status: number) => writeFileSync(join(folder, 'status'), `${status}`);
  end(status);
  return { calls: () => readFileSync(join(folder, 'calls'), 'utf8').split('\n').slice(0, -1), end };
}
