import type { ChildProcess } from 'node:child_process';
import { existsSync, lstatSync, readdirSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Running } from './programs.ts';

/** When a run is killed. */
export type Moment =
  /** So many milliseconds after its start. */
  | { readonly afterMs: number }
  /** So many microseconds after something is seen on the disk. */
  | { readonly seen: Sight; readonly thenMicroseconds: number };

/** Something that a run does on the disk; asked for again and again until it is so. */
export type Sight = () => boolean;

/** Sends a signal at a moment; 0 sends none and only waits for the moment. The run may have ended before. */
export async function stopAt(running: Running, moment: Moment, signal: NodeJS.Signals | 0): Promise<void> {
  const { child } = running;
  if ('afterMs' in moment) await sleep(moment.afterMs);
  else {
    await sleep(START_MS);
    await untilSeen(child, moment.seen);
    wait(moment.thenMicroseconds);
  }
  child.kill(signal);
}

/** A program needs longer than this to come to its first line. */
const START_MS = 80;
/** How many looks are taken at the disk between two looks at whether the run has ended. */
const LOOKS = 50;

/** Looks as often as it can: what is looked for may be there for a fraction of a millisecond. */
async function untilSeen(child: ChildProcess, seen: Sight): Promise<void> {
  while (child.exitCode === null && child.signalCode === null) {
    for (let i = 0; i < LOOKS; i++) if (seen()) return;
    await new Promise(setImmediate);
  }
}

function wait(microseconds: number): void {
  for (const end = performance.now() + microseconds / 1000; performance.now() < end; );
}

/** A name that begins with `path` and goes on: a temporary file of it. */
export function temporaryOf(path: string): Sight {
  const [folder, start] = [dirname(path), basename(path)];
  return () => readdirSync(folder).some((name) => name.length > start.length && name.startsWith(start));
}

export function present(path: string): Sight {
  return () => existsSync(path);
}

export function absent(path: string): Sight {
  return () => !existsSync(path);
}

/** Another file or folder stands at the path than when this was called. */
export function replaced(path: string): Sight {
  const before = lstatSync(path, { throwIfNoEntry: false })?.ino;
  return () => {
    const now = lstatSync(path, { throwIfNoEntry: false })?.ino;
    return now !== undefined && now !== before;
  };
}
