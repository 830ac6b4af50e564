import { type ChildProcess, spawn } from 'node:child_process';

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
  /** Path of another program, a link to it for example. */
  readonly program?: string;
}

function start(path: string, args: readonly string[], { env = {}, stdin, program = path }: StartOptions): Running {
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

/** The calls that start one program. */
export interface ProgramRuns {
  readonly start: (args: readonly string[], options?: StartOptions) => Running;
  /** Runs it to its end. */
  readonly run: (...args: readonly string[]) => Promise<Ended>;
}

/** @param path of the program's first module. */
export function runsOf(path: string): ProgramRuns {
  return {
    start: (args, options = {}) => start(path, args, options),
    run: (...args) => start(path, args, {}).ended,
  };
}

const POLL_MS = 5;

/** Comes when the condition holds. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, POLL_MS));
}
