import { constants } from 'node:os';
import { basename } from 'node:path';
import { Worker } from 'node:worker_threads';
import { newRunId, Progress } from '@ekv/core';
import { UsageError } from '@ekv/snapshot';
import { type Command, CommanderError } from 'commander';
import { normalizedArguments } from './arguments.ts';
import { exactJson } from './exact-json.ts';
import { failureOf } from './failure.ts';
import { Log, type LogFields, type LogFormat } from './log.ts';
import { ProgressLine } from './progress-line.ts';
import type { Failure, FailureKind, WorkMessage, WorkOrder } from './work-messages.ts';

/** How a run ended, as the program tells it. */
export interface Ending {
  readonly exitCode: number;
  /** Closing line of the log. */
  readonly message: string;
  readonly fields: LogFields;
  /** The object that `--json` prints. */
  readonly json: Readonly<Record<string, unknown>>;
  /** Set when the run ended badly though nothing was thrown: a message for people. */
  readonly error?: string;
}

/** A command line: what is its own, beside what all share. */
export interface Program<Request, Result> {
  /** Flags and help; the shared flags are there already. See `programCommand`. */
  readonly command: Command;
  /** Module of the working thread, which calls `serveWork`. */
  readonly work: URL;
  /** Exit code by who has to act. */
  readonly exitCodes: Readonly<Record<FailureKind, number>>;
  /** Flags to request. Throws UsageError. */
  readonly requestOf: (flags: Record<string, unknown>) => Request;
  readonly endingOf: (result: Result) => Ending;
  /** Removes what a stopped run left. */
  readonly cleanUp: (request: Request, runId: string) => void;
}

/** The flags that all programs have. */
interface SharedFlags {
  readonly quiet?: boolean;
  readonly json?: boolean;
  readonly logFormat?: LogFormat;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Nearly all that is made while working dies young: a small nursery costs no time, and the default one 100 MiB of peak
 * memory.
 */
const LIMITS = { maxYoungGenerationSizeMb: 12 };

/** Runs a command line from its arguments to the exit code. */
export async function runProgram<Request, Result>(
  program: Program<Request, Result>,
  words: readonly string[],
): Promise<void> {
  let flags: (SharedFlags & Record<string, unknown>) | undefined;
  try {
    flags = parseFlags(program.command, words);
    if (flags === undefined) return;
    const request = program.requestOf(flags);
    await new Execution(program, request, flags).run();
  } catch (error) {
    const log = logOf(program.command, flags ?? {}, (text) => process.stderr.write(text));
    process.exitCode = reportFailure(program, log, flags ?? {}, failureOf(error));
  }
}

/** `undefined` when help or version was printed. */
function parseFlags(command: Command, words: readonly string[]): Record<string, unknown> | undefined {
  command
    .exitOverride()
    .allowExcessArguments(false)
    .configureOutput({ writeErr: () => {} });
  const normalized = normalizedArguments(words, command);
  try {
    command.parse(normalized, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return undefined;
    throw new UsageError(error.message.replace(/^error: /, ''));
  }
  return command.opts();
}

function logOf(command: Command, flags: SharedFlags, write: (text: string) => void): Log {
  return new Log({ format: flags.logFormat ?? 'text', quiet: flags.quiet ?? false, program: command.name(), write });
}

/** One run: the working thread, its messages, and the signals that stop it. */
class Execution<Request, Result> {
  readonly #program: Program<Request, Result>;
  readonly #request: Request;
  readonly #flags: SharedFlags;
  readonly #runId = newRunId();
  readonly #progress = new Progress();
  readonly #line: ProgressLine | undefined;
  readonly #log: Log;

  constructor(program: Program<Request, Result>, request: Request, flags: SharedFlags) {
    this.#program = program;
    this.#request = request;
    this.#flags = flags;
    const isLive = process.stderr.isTTY && !flags.quiet && flags.logFormat !== 'json';
    this.#line = isLive ? new ProgressLine(this.#progress, (text) => process.stderr.write(text)) : undefined;
    this.#log = logOf(program.command, flags, (text) => {
      this.#line?.clear();
      process.stderr.write(text);
    });
  }

  async run(): Promise<void> {
    const order: WorkOrder<Request> = { request: this.#request, runId: this.#runId, shared: this.#progress.shared };
    const worker = new Worker(this.#program.work, { workerData: order, resourceLimits: LIMITS });
    const stop = (signal: NodeJS.Signals) => void this.#stop(worker, signal);
    for (const signal of SIGNALS) process.on(signal, stop);
    const end = await this.#finished(worker);
    for (const signal of SIGNALS) process.off(signal, stop);
    this.#line?.stop();
    if ('failure' in end) process.exitCode = reportFailure(this.#program, this.#log, this.#flags, end.failure);
    else this.#reportEnding(this.#program.endingOf(end.result));
  }

  #finished(worker: Worker): Promise<{ result: Result } | { failure: Failure }> {
    return new Promise((resolve) => {
      worker.on('message', (message: WorkMessage<Result>) => {
        if (message.type === 'warning') this.#log.warn(message.warning);
        else resolve(message);
      });
      worker.on('error', (error) => resolve({ failure: failureOf(error) }));
    });
  }

  #reportEnding(ending: Ending): void {
    if (ending.error !== undefined) this.#log.error(ending.error);
    else this.#log.info(ending.message, ending.fields);
    if (this.#flags.json) printJson({ ok: ending.exitCode === 0, exit_code: ending.exitCode, ...ending.json });
    process.exitCode = ending.exitCode;
  }

  async #stop(worker: Worker, signal: NodeJS.Signals): Promise<void> {
    await worker.terminate();
    this.#line?.stop();
    this.#program.cleanUp(this.#request, this.#runId);
    this.#log.error(`stopped by ${signal}; temporary files were removed, nothing was published`);
    process.exit(128 + constants.signals[signal]);
  }
}

function reportFailure<Request, Result>(
  program: Program<Request, Result>,
  log: Log,
  flags: SharedFlags,
  failure: Failure,
): number {
  const exitCode = program.exitCodes[failure.kind];
  const isDefect = failure.kind === 'defect';
  log.error(
    isDefect
      ? `a defect of ekv: ${failure.message}; run again with EKV_DEBUG=1 and report what it prints`
      : failure.message,
  );
  if (process.env.EKV_DEBUG) process.stderr.write(`${failure.stack}\n`);
  if (flags.json) {
    const { kind, message, problems } = failure;
    printJson({
      ok: false,
      exit_code: exitCode,
      error: { kind, message, ...(problems.length > 0 ? { problems } : {}) },
    });
  }
  return exitCode;
}

function printJson(value: unknown): void {
  process.stdout.write(`${exactJson(value)}\n`);
}

/** The name under which the program was called, when it is one of its names. */
export function calledName(names: readonly [string, ...string[]]): string {
  const called = basename(process.argv[1] ?? '');
  return names.includes(called) ? called : names[0];
}
