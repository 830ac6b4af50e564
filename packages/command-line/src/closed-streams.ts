import { machineReason } from '@ekv/snapshot';

/**
 * A reader that went away must not end a run half way: what a run did is told by its exit code in any case. But what was
 * to be said and could not be written, on a full disk for one, is a failure.
 *
 * @param exitCode where the machine refuses. A greater one stays: it says of the data what must not be lost.
 */
export function surviveClosedStreams(tell: (message: string) => void, exitCode: number): void {
  process.stderr.on('error', () => {});
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') return;
    tell(`the result cannot be written to standard output: ${machineReason(String(error.code)) ?? error.message}`);
    process.exitCode = Math.max(Number(process.exitCode ?? 0), exitCode);
  });
}
