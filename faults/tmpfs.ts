import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The part of a test's context that is needed to leave a test out with a reason. */
export interface Skipping {
  readonly skip: (reason: string) => never;
}

const PAGE = 4096;
const mounted: string[] = [];

/**
 * Mounts a new file system in memory that holds `pages` pages of 4096 bytes; a file takes whole pages. It is unmounted after
 * the test. Where the system does not let this process mount, the test is skipped.
 */
export function mountTmpfs(context: Skipping, path: string, pages: number, options = ''): void {
  mkdirSync(path, { recursive: true });
  const given = `size=${pages * PAGE}${options === '' ? '' : `,${options}`}`;
  const { status, stderr, error } = spawnSync('mount', ['-t', 'tmpfs', '-o', given, 'tmpfs', path]);
  if (status !== 0) context.skip(`a tmpfs cannot be mounted here: ${error?.message ?? String(stderr).trim()}`);
  mounted.push(path);
}

/** Makes a mounted file system read-only. */
export function makeReadOnly(path: string): void {
  execFileSync('mount', ['-o', 'remount,ro', path]);
}

export function makeWritable(path: string): void {
  execFileSync('mount', ['-o', 'remount,rw', path]);
}

/** Unmounts what the test mounted. */
export function releaseMounts(): void {
  for (const path of mounted.splice(0)) execFileSync('umount', ['--lazy', path]);
}

/** Fills a mounted file system with one file, up to `left` free pages. */
export function fillUpTo(path: string, left: number): void {
  writeFileSync(join(path, 'filler'), Buffer.alloc(Math.max(0, freePages(path) - left) * PAGE));
}

function freePages(path: string): number {
  const { bavail, bsize } = statfsSync(path);
  return Math.floor((bavail * bsize) / PAGE);
}

/** Pages that a file of this size takes. */
export function pagesOf(bytes: number): number {
  return Math.ceil(bytes / PAGE);
}
