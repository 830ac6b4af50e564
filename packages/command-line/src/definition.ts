import type { Command } from 'commander';
import type { Program } from './program.ts';
import { runProgram } from './run-program.ts';

/** Who runs a program: one definition can be a program of its own and a command of another one. */
export interface Host {
  /** What people type to call it: `ekv-encode`, `ekv encode`, `ekv archive pack`. */
  readonly name: string;
  /** What `--version` prints. */
  readonly version: string;
  /** Path of the module of the working thread, which calls `serveWork`. It must be absolute. */
  readonly work: string;
  /** Gives all commands that the program has beside this one, to say which of them has a flag. */
  readonly others?: (() => Promise<readonly Command[]>) | undefined;
}

/** A program under its name. */
export interface Runnable {
  /** Flags and help. */
  readonly command: () => Command | Promise<Command>;
  /** Where the first word says what is to be done: what it can be. Else empty. */
  readonly commands: readonly ListedCommand[];
  /** @param words of the command line behind the name. */
  readonly run: (words: readonly string[]) => Promise<void>;
}

/** A program that has no name yet. */
export type Definition = (host: Host) => Runnable;

/** One of the commands of a program. */
export interface ListedCommand {
  /** The first word of a command line. */
  readonly name: string;
  /** Half a line that says what it does. */
  readonly summary: string;
  /** Its working thread, when it has one of its own. */
  readonly work?: string;
  /** Called when the command is asked for: what the others need is not loaded. */
  readonly load: () => Definition | Promise<Definition>;
}

/** The definition of a program that does one thing. */
export function definition<Request, Result>(programOf: (host: Host) => Program<Request, Result>): Definition {
  return (host) => {
    const program = programOf(host);
    return { command: () => program.command, commands: [], run: (words) => runProgram(program, words, host.others) };
  };
}
