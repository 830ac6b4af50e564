import { spawn } from 'node:child_process';
import { delimiter, join } from 'node:path';

/** The root of the repository. */
export const ROOT = join(import.meta.dirname, '..');

/** What a command gave: `code` is -1 when a signal ended it or it could not be started. */
export interface Finished {
  readonly code: number;
  /** Standard output and standard error, in the order they came. */
  readonly output: string;
}

/** The tools of the lockfile come first on the path, and no one asks questions or draws colours. */
const environment: NodeJS.ProcessEnv = {
  ...process.env,
  PATH: [join(ROOT, 'node_modules', '.bin'), process.env.PATH ?? ''].join(delimiter),
  NO_COLOR: '1',
  TURBO_TELEMETRY_DISABLED: '1',
  // Tests start the same programs many hundred times: each is compiled once.
  NODE_COMPILE_CACHE: join(ROOT, 'reports', 'compile-cache'),
};
delete environment.FORCE_COLOR;

/** Runs a command in the root of the repository (or `cwd`) without standard input. */
export function run(command: readonly string[], cwd: string = ROOT): Promise<Finished> {
  return new Promise((resolve) => {
    const child = spawn(command[0] as string, command.slice(1), {
      cwd,
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const pieces: Buffer[] = [];
    child.stdout.on('data', (piece: Buffer) => pieces.push(piece));
    child.stderr.on('data', (piece: Buffer) => pieces.push(piece));
    child.on('error', (error) => resolve({ code: -1, output: String(error) }));
    child.on('close', (code) => resolve({ code: code ?? -1, output: Buffer.concat(pieces).toString('utf8') }));
  });
}

/** Runs commands one after the other, stops at the first that fails, and gives the output of all. */
export async function runAll(commands: readonly (readonly string[])[]): Promise<Finished> {
  let output = '';
  for (const command of commands) {
    const finished = await run(command);
    output += finished.output;
    if (finished.code !== 0) return { code: finished.code, output };
  }
  return { code: 0, output };
}

/** Runs commands two at a time, begins no more after one that fails, and gives the output of all in their order. */
export async function runInPairs(commands: readonly (readonly string[])[]): Promise<Finished> {
  const ended: Finished[] = [];
  const left = commands.entries();
  const failure = () => ended.find((finished) => finished !== undefined && finished.code !== 0);
  const lane = async () => {
    for (const [i, command] of left) {
      ended[i] = await run(command);
      if (failure() !== undefined) return;
    }
  };
  await Promise.all([lane(), lane()]);
  return { code: failure()?.code ?? 0, output: ended.map((finished) => finished?.output ?? '').join('') };
}

/** How a duration reads, from milliseconds. */
export function duration(ms: number): string {
  return ms < 1000 ? `${ms.toFixed(0)} ms` : `${(ms / 1000).toFixed(1)} s`;
}
