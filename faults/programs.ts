import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROGRAMS } from './setting.ts';

export interface Ended {
  /** Exit code; `null` when a signal ended the run. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly ms: number;
  /** Most memory that the process held, `VmHWM`; 0 on systems other than Linux. */
  readonly peakBytes: number;
}

export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
}

export interface StartOptions {
  /** Folder whose `scratch` is the system's temporary folder for the run. */
  readonly place: string;
  readonly cwd?: string;
  /** Standard input; nothing when it is left out. */
  readonly input?: string | Buffer;
  readonly uid?: number;
  /** Most files that it may have open. Default: as the system has it. */
  readonly openFiles?: number;
  /** A run that takes longer hangs: it is killed, and `ended` is rejected. Default 20 s. */
  readonly limitMs?: number;
}

const LIMIT_MS = 20_000;
const POLL_MS = 5;

/** Starts a built command line. */
export function start(program: keyof typeof PROGRAMS, args: readonly string[], options: StartOptions): Running {
  const begun = performance.now();
  const spawned: SpawnOptions = {
    cwd: options.cwd ?? options.place,
    env: { ...process.env, TMPDIR: join(options.place, 'scratch') },
    stdio: [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    ...(options.uid === undefined ? {} : { uid: options.uid, gid: options.uid }),
  };
  const words = [process.execPath, PROGRAMS[program], ...args];
  const limited = ['/bin/sh', '-c', `ulimit -n ${options.openFiles} && exec "$@"`, 'sh', ...words];
  const [file, ...rest] = options.openFiles === undefined ? words : limited;
  const child = spawn(file!, rest, spawned);
  child.stdin?.on('error', () => {});
  child.stdin?.end(options.input);
  const [stdout, stderr] = [textOf(child.stdout!), textOf(child.stderr!)];
  let peakBytes = 0;
  const poll = setInterval(() => {
    peakBytes = Math.max(peakBytes, heldBytes(child.pid));
  }, POLL_MS);
  const ended = new Promise<Ended>((resolve, reject) => {
    const limitMs = options.limitMs ?? LIMIT_MS;
    const limit = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`${program} ${args.join(' ')} hangs: it did not end within ${limitMs} ms; ${stderr()}`));
    }, limitMs);
    child.once('error', reject);
    child.once('close', (code, signal) => {
      clearInterval(poll);
      clearTimeout(limit);
      resolve({ code, signal, stdout: stdout(), stderr: stderr(), ms: performance.now() - begun, peakBytes });
    });
  });
  return { child, ended };
}

/** Runs a built command line to its end. */
export function run(program: keyof typeof PROGRAMS, args: readonly string[], options: StartOptions): Promise<Ended> {
  return start(program, args, options).ended;
}

/** For what a test begins with: fails when the run did. */
export async function succeeded(running: Promise<Ended>): Promise<Ended> {
  const ended = await running;
  if (ended.code !== 0) throw new Error(`a run that should succeed ended with ${ended.code}: ${ended.stderr}`);
  return ended;
}

/** Encodes the Redis part of a tree. */
export function encode(input: string, output: string, options: StartOptions, ...more: string[]): Promise<Ended> {
  return run('encode', encodeArguments(input, output, ...more), options);
}

export function encodeArguments(input: string, output: string, ...more: string[]): string[] {
  return ['--input', input, '--output', output, '--adapter', 'redis', ...more];
}

/** Decodes the Redis rows of a snapshot file. */
export function decode(input: string, output: string, options: StartOptions, ...more: string[]): Promise<Ended> {
  return run('decode', decodeArguments(input, output, ...more), options);
}

export function decodeArguments(input: string, output: string, ...more: string[]): string[] {
  return ['--input', input, '--output', output, '--adapter', 'redis', ...more];
}

/** Whether a run ended as a program should that was not killed: no crash, no defect of its own. */
export function isOrderly({ code, stderr }: Ended): boolean {
  return code !== null && code <= 2 && !/defect of ekv|^\s+at |Error: /m.test(stderr);
}

function textOf(stream: NodeJS.ReadableStream): () => string {
  const pieces: Buffer[] = [];
  stream.on('data', (piece: Buffer) => pieces.push(piece));
  return () => Buffer.concat(pieces).toString();
}

function heldBytes(pid: number | undefined): number {
  try {
    const kib = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
    return Number(kib ?? 0) * 1024;
  } catch {
    return 0;
  }
}
