import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { bundledProgram } from '@ekv/test-support/bundled-program';

const PROGRAM = await bundledProgram(
  new URL('./example-program.test-data.ts', import.meta.url),
  new URL('./example-work.test-data.ts', import.meta.url),
);
const LIMIT_MS = 30_000;
const POLL_MS = 10;

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

/** Starts the example program. @param output a descriptor for its standard output, which is empty text then. */
export function start(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  output: number | 'pipe' = 'pipe',
): Running {
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', output, 'pipe'],
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
  const ended = new Promise<Ended>((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal, stdout, stderr: withoutTimes(stderr) }));
  });
  return { child, ended };
}

/** Runs the example program to its end. */
export function run(...args: readonly string[]): Promise<Ended> {
  return start(args).ended;
}

/** Comes when the file holds the text. */
export async function until(file: string, text: string): Promise<void> {
  while (!existsSync(file) || !readFileSync(file, 'utf8').includes(text)) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

function withoutTimes(text: string): string {
  return text.replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, 'TIME');
}
