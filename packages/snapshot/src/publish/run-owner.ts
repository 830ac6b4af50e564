import { hash } from 'node:crypto';
import { readFileSync, readlinkSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import { readSmallFile, type SmallFile } from './small-file.ts';

/** The process of a run, as a file of the run tells it. */
export interface RunOwner {
  readonly host: string;
  readonly pid: number;
  /** When the run was started, to a second: `2026-01-02T03:04:05Z`. */
  readonly since: string;
}

/** Whether a process runs: `unknown` for one of another machine, or of another container of this one. */
export type OwnerState = 'running' | 'gone' | 'unknown';

/** A file with an owner line: a host name of up to 255 bytes, numbers and a digest. */
export const OWNER_FILE: SmallFile = { what: 'an owner line', limit: 4096, links: 'refused' };

/** What nothing tells, in an owner line. */
const UNTOLD = '-';

/** The line by which other processes, also after a kill, tell whose a file is: host, pid, start of the process, run id. */
export function ownerLine(runId: string): string {
  return `${hostname()} ${process.pid} ${startOf(process.pid) ?? UNTOLD} ${runId}\n`;
}

/** The run that an owner line tells; `undefined` when it is none. */
export function runOfOwner(line: string): string | undefined {
  const words = line.trim().split(' ');
  return words.length === 4 ? words[3] : undefined;
}

/** Reads a file with an owner line, written at the start of its run; `undefined` when it holds none. */
export function readOwner(path: string, runId: string): { owner: RunOwner; state: OwnerState } | undefined {
  try {
    const line = readSmallFile(path, OWNER_FILE)?.toString() ?? '';
    if (runOfOwner(line) !== runId) return undefined;
    const [host, pid] = line.split(' ') as [string, string];
    const since = `${statSync(path).mtime.toISOString().slice(0, 19)}Z`;
    return { owner: { host, pid: Number(pid), since }, state: ownerState(line) };
  } catch {
    return undefined;
  }
}

/**
 * Whether the process of an owner line runs. Another process may have its number by now, so its start counts too. `gone` is
 * proven: the process was one of this machine, and of those that can be seen from here.
 */
export function ownerState(line: string): OwnerState {
  const [host, pid, start = UNTOLD] = line.trim().split(' ');
  if (host !== hostname() || !/^[0-9]+$/.test(pid ?? '')) return 'unknown';
  if (isElsewhere(start)) return 'unknown';
  if (!isThere(Number(pid))) return 'gone';
  const now = startOf(Number(pid));
  return now !== undefined && start !== UNTOLD && start !== now ? 'gone' : 'running';
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/** Of another machine with this one's name, or of another container, whose processes have numbers of their own. */
function isElsewhere(start: string): boolean {
  const here = startOf(process.pid)?.split(':');
  const there = start.split(':');
  if (here === undefined || there.length !== here.length) return false;
  const [machine, boot, container] = there;
  if (boot === here[1]) return container !== here[2];
  return machine === UNTOLD || machine !== here[0];
}

/**
 * When and where a process was started: machine, start of the machine, container, start of the process. `undefined` where nothing
 * tells it.
 */
function startOf(pid: number): string | undefined {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const container = /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? UNTOLD;
    // The name of the program, in brackets, may hold blanks; the start is the 20th field after it.
    return `${machineId()}:${boot}:${container}:${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]}`;
  } catch {
    return undefined;
  }
}

/** The number of a machine is not to be told to others. */
function machineId(): string {
  try {
    return hash('sha256', readFileSync('/etc/machine-id', 'latin1'), 'hex').slice(0, 16);
  } catch {
    return UNTOLD;
  }
}
