import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** As it was built: what an operator runs. */
export const PROGRAM = fileURLToPath(new URL('../dist/main.js', import.meta.url));

const LIMIT_MS = 60_000;

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
}

export interface StartOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Standard input; nothing when it is left out. */
  readonly stdin?: 'pipe';
  /** Path of the program, a link to it for example. */
  readonly program?: string;
}

/** Starts the program. */
export function start(args: readonly string[], { env = {}, stdin, program = PROGRAM }: StartOptions = {}): Running {
  const child = spawn(process.execPath, [program, ...args], {
    env: { ...process.env, EKV_DEBUG: '', ...env },
    stdio: [stdin ?? 'ignore', 'pipe', 'pipe'],
    timeout: LIMIT_MS,
    killSignal: 'SIGKILL',
  });
  let [stdout, stderr] = ['', ''];
  child.stdout?.on('data', (text) => {
    stdout += text;
  });
  child.stderr?.on('data', (text) => {
    stderr += text;
  });
  child.stdin?.on('error', () => {});
  const ended = new Promise<Ended>((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  return { child, ended };
}

/** Runs the program to its end. */
export function run(...args: readonly string[]): Promise<Ended> {
  return start(args).ended;
}

const POLL_MS = 5;

/** Comes when the condition holds. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, POLL_MS));
}
