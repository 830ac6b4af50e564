import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { InputTree, TreeProblemsError } from '@ekv/dump-tree';
import { DataError, ScratchFolder, type Warning } from '@ekv/snapshot';
import { afterEach } from 'vitest';
import { type EncodeRedisOptions, encodeRedis } from './index.ts';

const made: string[] = [];

afterEach(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** An empty folder that is gone after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ekv-redis-encoder-test-'));
  made.push(folder);
  return folder;
}

/** Writes files below `root`, with the folders they need; paths are byte strings below `redis/db_0/`. */
export function plant(root: string, files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [path, content] of Object.entries(files)) {
    const native = Buffer.from(join(root, 'redis/db_0', path), 'latin1');
    mkdirSync(dirname(native.toString('latin1')), { recursive: true });
    writeFileSync(native, typeof content === 'string' ? Buffer.from(content, 'latin1') : content);
  }
}

const MKFIFO = 'mkfifo';

export function makeFifo(path: string): void {
  execFileSync(MKFIFO, [path]);
}

export interface Encoded {
  /** Value of each row, a byte string, by its key, in the order in which they come. */
  readonly rows: Readonly<Record<string, string>>;
  readonly warnings: readonly Warning[];
}

/** Before all expiries of the tests, so that none is past. */
const LONG_AGO = { nowMs: 0n };

/** The rows of a tree, or of the one at a path. */
export function encodedTree(tree: InputTree | string, more: Partial<EncodeRedisOptions> = LONG_AGO): Encoded {
  const rows: Record<string, string> = {};
  const warnings: Warning[] = [];
  const scratch = new ScratchFolder();
  try {
    const options = { scratch, warn: (warning: Warning) => warnings.push(warning), ...more };
    for (const { key, value } of encodeRedis(typeof tree === 'string' ? new InputTree(tree) : tree, options)) {
      if (!(value instanceof Uint8Array)) throw new Error('a Redis row is never a slice of a file');
      const name = Buffer.from(key).toString('latin1');
      if (name in rows) throw new DataError(`duplicate row ${name}`);
      rows[name] = Buffer.from(value).toString('latin1');
    }
  } finally {
    scratch.remove();
  }
  return { rows, warnings };
}

/** The rows of a tree of files; see {@link plant}. */
export function encoded(
  files: Readonly<Record<string, string | Uint8Array>>,
  more?: Partial<EncodeRedisOptions>,
): Encoded {
  const root = temporaryFolder();
  plant(root, files);
  return encodedTree(root, more);
}

/** What is wrong with a tree, or with the one at a path, a line for each problem; the path of the root is left out. */
export function problemsOf(tree: InputTree | string, more?: Partial<EncodeRedisOptions>): readonly string[] {
  try {
    encodedTree(tree, more);
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    const lines = error instanceof TreeProblemsError ? error.problems : [error.message];
    const root = typeof tree === 'string' ? tree : tree.root;
    return lines.map((line) => line.replaceAll(`${root}/`, ''));
  }
  throw new Error('nothing was refused');
}

export function refused(
  files: Readonly<Record<string, string | Uint8Array>>,
  more?: Partial<EncodeRedisOptions>,
): readonly string[] {
  const root = temporaryFolder();
  plant(root, files);
  return problemsOf(root, more);
}
