import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@ekv/test-support/temporary-folder';
import { expect } from 'vitest';
import { filesIn } from '../src/dump.test-data.ts';

const PYTHON = 'import sys, tarfile; tarfile.open(sys.argv[1]).extractall(sys.argv[2], filter="data")';

/** How each program unpacks a plain archive to a folder. */
const READERS = {
  'GNU tar': (archive: string, to: string) => execFileSync('tar', ['-xf', archive, '-C', to]),
  bsdtar: unpackByBsdtar,
  Python: (archive: string, to: string) => execFileSync('python3', ['-c', PYTHON, archive, to]),
};

/** It complains of a path that is not UTF-8, and unpacks that too. */
function unpackByBsdtar(archive: string, to: string): void {
  const env = { ...process.env, LC_ALL: 'C.UTF-8' };
  const { stderr } = spawnSync('bsdtar', ['-xf', archive, '-C', to], { encoding: 'utf8', env });
  const complaints = new Set(stderr.trim().split('\n'));
  if (complaints.size > 1 || !complaints.has('')) expect([...complaints]).toEqual(NOT_UTF8);
}

const NOT_UTF8 = [
  "bsdtar: Pathname can't be converted from UTF-8 to current locale.",
  'bsdtar: Error exit delayed from previous errors.',
];

export type Reader = keyof typeof READERS | 'zstd and GNU tar';

export const PLAIN_READERS = Object.keys(READERS) as Array<keyof typeof READERS>;

/** What a program finds in an archive, and the folder that it unpacked it to. */
export function unpackedBy(reader: Reader, archive: string): { folder: string; texts: Record<string, string> } {
  const folder = join(temporaryFolder(), 'unpacked');
  mkdirSync(folder);
  if (reader !== 'zstd and GNU tar') READERS[reader](archive, folder);
  else execFileSync('sh', ['-c', 'zstd -qdc "$0" | tar -xf - -C "$1"', archive, folder]);
  return { folder, texts: filesIn(folder) };
}
