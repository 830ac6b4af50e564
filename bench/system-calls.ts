import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Runs a command below `strace -c -f` and gives the number of its system calls, those of all threads and descendants. Gives
 * `undefined` where there is no strace, or it may not trace. Throws an Error when the command fails.
 */
export function countSystemCalls(command: readonly string[]): number | undefined {
  if (!canTrace()) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'ekv-bench-strace-'));
  const table = join(folder, 'table');
  try {
    const { status, stderr } = spawnSync('strace', ['-c', '-f', '-o', table, ...command], { encoding: 'utf8' });
    if (status !== 0) throw new Error(`exit code ${status} of: ${command.join(' ')}\n${stderr}`);
    return totalCalls(readFileSync(table, 'utf8'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Of the table that `strace -c` prints: the calls of its last line, `100.00 SECONDS USECS CALLS [ERRORS] total`. */
export function totalCalls(table: string): number {
  const words = table.trimEnd().split('\n').at(-1)!.trim().split(/\s+/);
  if (words.at(-1) !== 'total') throw new Error(`no total in the table of strace:\n${table}`);
  return Number(words[3]);
}

let isAble: boolean | undefined;

function canTrace(): boolean {
  isAble ??= spawnSync('strace', ['-c', '-f', process.execPath, '--version']).status === 0;
  return isAble;
}
