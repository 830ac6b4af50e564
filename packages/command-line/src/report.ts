import type { Warning } from '@ekv/snapshot';
import type { Command } from 'commander';
import { exactJson } from './exact-json.ts';
import { Log, type LogFields, type LogFormat } from './log.ts';
import { messagesIn } from './messages-in.ts';
import { optionsAsFlags } from './options-as-flags.ts';
import type { Ending, Program } from './program.ts';
import { programsAsCalled } from './programs-as-called.ts';
import type { Failure } from './work-messages.ts';

/** The flags that all programs have. */
export interface SharedFlags {
  readonly quiet?: boolean;
  readonly json?: boolean;
  readonly logFormat?: LogFormat;
  /** Seconds between lines of progress, as given. */
  readonly progress?: string;
}

/** What a run tells: log lines on standard error and, with `--json`, one result object on standard output. */
export class Report {
  readonly #flags: SharedFlags;
  readonly #log: Log;
  readonly #command: Command;
  readonly #warnings: object[] = [];

  /** @param write puts text on standard error. */
  constructor(command: Command, flags: SharedFlags, write: (text: string) => void) {
    this.#flags = flags;
    this.#command = command;
    this.#log = new Log({
      format: flags.logFormat ?? 'text',
      quiet: flags.quiet ?? false,
      program: command.name(),
      write,
    });
  }

  warning({ event, message, fields }: Warning): void {
    this.#log.warn({ event, message: this.#inItsWords(message), fields });
    if (this.#flags.json) this.#warnings.push({ event, message, ...fields });
  }

  /** @returns the exit code. */
  ending(ending: Ending): number {
    if (ending.error !== undefined)
      this.#log.error(this.#inItsWords(ending.error), ending.problems?.map(this.#inItsWords));
    else this.#log.info(this.#inItsWords(ending.message), ending.fields, ending.lines);
    this.#result(ending.exitCode, ending.json, ending.isJsonBegun ? 'the rest' : 'all');
    return ending.exitCode;
  }

  /** @returns the exit code. */
  failure({ kind, message, problems, stack }: Failure, exitCodes: Program<never, never>['exitCodes']): number {
    const isDefect = kind === 'defect';
    const debug = isDefect ? '; run again with EKV_DEBUG=1 and report what it prints' : '';
    this.#log.error(
      `${isDefect ? 'a defect of ekv: ' : ''}${this.#inItsWords(message)}${debug}`,
      problems.map(this.#inItsWords),
      process.env.EKV_DEBUG ? stack : undefined,
    );
    const error = { kind, message, ...(problems.length > 0 ? { problems } : {}) };
    this.#result(exitCodes[kind], { error });
    return exitCodes[kind];
  }

  /** @param message what stopped the run, and what stands there now. */
  stop(message: string, exitCode: number): void {
    this.#log.error(message);
    this.#result(exitCode, { error: { kind: 'stopped', message } });
  }

  /** What goes on, told with `--quiet` too: somebody asked for it. */
  answer(message: string, fields: LogFields = {}): void {
    this.#log.answer(message, fields);
  }

  /** An error that comes when all is told. */
  lateError(message: string): void {
    this.#log.error(message);
  }

  /** What the packages say, in the words of this program. */
  readonly #inItsWords = (message: string) =>
    programsAsCalled(optionsAsFlags(message, this.#command), this.#command.name());

  #result(exitCode: number, fields: Readonly<Record<string, unknown>>, part: 'all' | 'the rest' = 'all'): void {
    if (!this.#flags.json) return;
    const result = {
      ok: exitCode === 0,
      exit_code: exitCode,
      tool: this.#command.name(),
      version: this.#command.version(),
      elapsed_ms: Math.round(performance.now()),
      ...fields,
      warning_count: this.#warnings.length,
      warnings: this.#warnings,
    };
    const text = exactJson(messagesIn(result, this.#inItsWords));
    process.stdout.write(`${part === 'all' ? text : text.slice(1)}\n`);
  }
}
