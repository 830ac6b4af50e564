import type { Command } from 'commander';
import type { GivenFlags } from './given-flags.ts';
import type { LogFields } from './log.ts';
import type { FailureKind } from './work-messages.ts';

/** How a run ended, as the program tells it. */
export interface Ending {
  readonly exitCode: number;
  /** Closing line of the log. */
  readonly message: string;
  readonly fields: LogFields;
  /** Told after the closing line, for people: what to do next. */
  readonly lines?: readonly string[];
  /** The object that `--json` prints; what all programs tell is added. */
  readonly json: Readonly<Record<string, unknown>>;
  /** With `--json`: the work has put the beginning of the object on standard output, `{` and fields up to a comma; the others follow. */
  readonly isJsonBegun?: boolean;
  /** Set when the run ended badly though nothing was thrown: a message for people. */
  readonly error?: string;
  /** Lines below `error`, when several things are to be told. */
  readonly problems?: readonly string[];
}

/** Paths of what a run that is stopped leaves when nobody cleans up. */
export interface Traces {
  readonly paths: readonly string[];
  /** Folders among them whose content may be removed before all else, bit by bit, as it takes long. */
  readonly bulky: readonly string[];
}

/** A command line: what is its own, beside what all share. */
export interface Program<Request, Result> {
  /** Flags and help; the shared flags are there already. See `programCommand`. */
  readonly command: Command;
  /** Path of the module of the working thread, which calls `serveWork`. It must be absolute. */
  readonly work: string;
  /** Exit code by who has to act. */
  readonly exitCodes: Readonly<Record<FailureKind, number>>;
  /** Flags to request. Throws UsageError. */
  readonly requestOf: (flags: GivenFlags) => Request;
  readonly endingOf: (result: Result) => Ending;
  /** Called before the work begins. @returns what removes the traces of a run that was stopped. */
  readonly cleanUp: (request: Request, runId: string) => () => void;
  /** What a run has made by now that is not at its place, for when it is stopped. */
  readonly traces?: (request: Request, runId: string) => Traces;
  /** What an operator is told of a stopped run: what stands there now. */
  readonly stopped: string;
}
