import { UsageError } from '@ekv/snapshot';
import { type Command, CommanderError } from 'commander';
import { normalizedArguments } from './arguments.ts';
import { surviveClosedStreams } from './closed-streams.ts';
import { failureOf } from './failure.ts';
import { GivenFlags } from './given-flags.ts';
import { checkNodeVersion } from './node-version.ts';
import { print } from './print.ts';
import type { Program } from './program.ts';
import { programsAsCalled } from './programs-as-called.ts';
import { progressInterval } from './progress-interval.ts';
import { Report, type SharedFlags } from './report.ts';
import { swallowedFlag } from './unexpected-word.ts';
import { flagOfOthers, UnknownFlagError } from './unknown-flag.ts';

/**
 * Runs a command line from its arguments to the exit code.
 *
 * @param others gives the commands of the same program.
 */
export async function runProgram<Request, Result>(
  program: Program<Request, Result>,
  words: readonly string[],
  others?: Others,
): Promise<void> {
  const work = async (flags: SharedFlags, listen: () => void) => {
    listen();
    const request = requestOf(program, flags, words);
    if (readsStandardInput(flags)) openStandardInput();
    // A help needs nothing of it.
    const { Execution } = await import('./execution.ts');
    await new Execution(program, request, flags).run();
  };
  await runCommandLine(program, words, work, others);
}

/** Gives the commands that a program has. */
type Others = () => Promise<readonly Command[]>;

/**
 * Parses a command line and does what it asks for, which is a help or a version or else the work; what is thrown is told.
 *
 * @param work its second argument makes sure that faults of the streams are heard: it is called before they are used.
 */
export async function runCommandLine(
  { command, exitCodes }: Pick<Program<never, never>, 'command' | 'exitCodes'>,
  words: readonly string[],
  work: (flags: SharedFlags, listen: () => void) => Promise<void>,
  others?: Others,
): Promise<void> {
  let flags = formFlags(words);
  const report = () => new Report(command, flags, (text) => process.stderr.write(text));
  let isListening = false;
  const listen = () => {
    if (!isListening) surviveClosedStreams((message) => report().lateError(message), exitCodes.environment);
    isListening = true;
  };
  try {
    checkNodeVersion();
    const asked = parseFlags(command, words);
    if (asked !== undefined) return print(programsAsCalled(asked, command.name()), listen);
    flags = command.opts();
    await work(flags, listen);
  } catch (error) {
    listen();
    process.exitCode = report().failure(failureOf(await withOthers(error, others)), exitCodes);
  }
}

/** Of a flag that may be one of another command it is said of which. */
async function withOthers(error: unknown, others: Others | undefined): Promise<unknown> {
  if (others === undefined || !(error instanceof UnknownFlagError) || error.isHinted) return error;
  return flagOfOthers(error.flag, await others());
}

function readsStandardInput(flags: object): boolean {
  return Object.values(flags)
    .flat()
    .some((value) => typeof value === 'string' && /(?:^|=)-$/.test(value));
}

/** The stream of Node makes reads from a pipe return at once when there is nothing: a thread that waits in one could not be stopped. */
function openStandardInput(): void {
  void process.stdin;
}

/** What is asked for. Throws UsageError. */
function requestOf<Request>(
  { command, requestOf }: Program<Request, never>,
  flags: SharedFlags & { readonly output?: string },
  words: readonly string[],
): Request {
  try {
    if (flags.json && flags.output === '-') {
      throw new UsageError('--json and --output - both write to standard output; leave one of them out');
    }
    if (process.cwd().includes('\ufffd')) {
      throw new UsageError('the current folder has a path that is not UTF-8; run this from another one');
    }
    progressInterval(flags);
    return requestOf(new GivenFlags(command));
  } catch (error) {
    const swallowed = error instanceof UsageError ? swallowedFlag(words, command) : undefined;
    if (swallowed === undefined) throw error;
    throw new UsageError(`${(error as UsageError).message}; ${swallowed}`, { cause: error });
  }
}

/** @returns the help or the version when one of them is asked for. Throws UsageError. */
function parseFlags(command: Command, words: readonly string[]): string | undefined {
  let asked = '';
  command
    .exitOverride()
    .allowExcessArguments(false)
    .configureOutput({ writeErr: () => {}, writeOut: (text) => (asked += text) });
  const normalized = normalizedArguments(words, command);
  try {
    command.parse(normalized, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return asked;
    throw new UsageError(error.message.replace(/^error: /, ''));
  }
  return undefined;
}

/** The form in which wrong flags are told, as far as it can be seen before they are understood. */
function formFlags(words: readonly string[]): SharedFlags {
  const isLogFormat = /^--?log-format(=json)?$/;
  const json = words.some((word) => /^--?json(=(1|t|true))?$/i.test(word));
  const jsonLog = words.some(
    (word, i) => isLogFormat.test(word) && (word.endsWith('=json') || words[i + 1] === 'json'),
  );
  return { json, logFormat: jsonLog ? 'json' : 'text' };
}
