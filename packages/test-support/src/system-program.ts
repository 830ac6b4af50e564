import { execFileSync } from 'node:child_process';

/** What a program of the system writes, as a byte string; throws when it fails. */
export function output(program: string, args: readonly string[], cwd?: string): string {
  return execFileSync(program, args, { cwd, encoding: 'latin1', stdio: ['ignore', 'pipe', 'ignore'] });
}

export function makeFifo(path: string): void {
  output('mkfifo', [path]);
}

/** Leaves the socket of a server that has ended. */
export function makeSocket(path: string): void {
  output(process.execPath, ['-e', 'net.createServer().listen(process.argv[1], () => process.exit())', path]);
}
