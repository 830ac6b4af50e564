import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import type { Times } from './times.ts';

/** How a command ended and what it took, together with all processes that it started. */
export interface ProcessFigures extends Times {
  /** -1 when a signal ended it. */
  readonly code: number;
  /** Standard output and standard error, the last part of it. */
  readonly output: string;
  /** NaN on systems other than Linux. */
  readonly cpu: number;
  /** Largest sum, over the processes alive at one moment, of the most memory each has held so far; `undefined` where it cannot be known. */
  readonly peakBytes: number | undefined;
}

const POLL_MS = 10;
const OUTPUT_KEPT = 20_000;

/**
 * Runs a command without standard input and measures it.
 *
 * On Linux: processor time is what this process' own `/proc/self/stat` gains in the fields `cutime` and `cstime`, user and
 * system time of all children that have ended and of theirs, in steps of 10 ms; so only one command may run at a time.
 * Memory is `VmHWM` of `/proc/PID/status`, the most a process has held so far, read every 10 ms for the command and its
 * descendants; what grows in the last 10 ms of a process is missed. Pages that two processes share count twice.
 */
export async function measureProcess(command: readonly string[]): Promise<ProcessFigures> {
  const cpuBefore = childrenCpu();
  const start = performance.now();
  const child = spawn(command[0]!, command.slice(1), { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const keep = (piece: Buffer) => {
    output = (output + piece.toString('utf8')).slice(-OUTPUT_KEPT);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  let peakBytes: number | undefined;
  const poll = setInterval(() => {
    const held = heldBytes(child.pid);
    if (held !== undefined && held > (peakBytes ?? 0)) peakBytes = held;
  }, POLL_MS);
  let wall = 0;
  let cpu = Number.NaN;
  child.once('exit', () => {
    wall = (performance.now() - start) / 1000;
    cpu = childrenCpu() - cpuBefore;
  });
  try {
    const code = await new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (exitCode) => resolve(exitCode ?? -1));
    });
    return { code, output, wall, cpu, peakBytes };
  } finally {
    clearInterval(poll);
  }
}

/** Linux counts processor time in hundredths of a second, whatever the machine. */
const TICKS_PER_SECOND = 100;
/** Of /proc/PID/stat, counted from the field behind the command's name. */
const CUTIME = 13;
const CSTIME = 14;

/** User and system seconds of all children that have ended. */
function childrenCpu(): number {
  if (process.platform !== 'linux') return Number.NaN;
  const stat = readFileSync('/proc/self/stat', 'latin1');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[CUTIME]) + Number(fields[CSTIME])) / TICKS_PER_SECOND;
}

/** What a process and its descendants have held at most, in bytes; `undefined` when none of them is there. */
function heldBytes(pid: number | undefined): number | undefined {
  if (process.platform !== 'linux' || pid === undefined) return undefined;
  const own = highWaterMark(pid);
  if (own === undefined) return undefined;
  return children(pid).reduce((sum, child) => sum + (heldBytes(child) ?? 0), own);
}

function highWaterMark(pid: number): number | undefined {
  const kib = /^VmHWM:\s+(\d+) kB$/m.exec(readProc(`/proc/${pid}/status`))?.[1];
  return kib === undefined ? undefined : Number(kib) * 1024;
}

/** The processes that any thread of a process has started. */
function children(pid: number): number[] {
  let threads: string[];
  try {
    threads = readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
  return threads.flatMap((thread) =>
    readProc(`/proc/${pid}/task/${thread}/children`).split(' ').filter(Boolean).map(Number),
  );
}

/** Empty when the process has ended meanwhile. */
function readProc(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
