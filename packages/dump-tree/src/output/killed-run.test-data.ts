import { spawnSync } from 'node:child_process';
import { bundledProgram } from '@ekv/test-support/bundled-program';

const PROGRAM = await bundledProgram(new URL('./doomed-run.test-data.ts', import.meta.url));

/**
 * Publishes a tree from another process, which is killed before its call number `limit`, counted from 0.
 *
 * @returns whether it came to its end instead.
 */
export function publishUntilKilled(target: string, runId: string, force: boolean, limit: number, cwd: string): boolean {
  const args = [PROGRAM, target, runId, String(force), String(limit)];
  const { status, signal, stderr } = spawnSync(process.execPath, args, { cwd, encoding: 'utf8' });
  if (status === 0) return true;
  if (signal !== 'SIGKILL') throw new Error(`the run failed: ${stderr}`);
  return false;
}
