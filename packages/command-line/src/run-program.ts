import { UsageError } from '@ekv/snapshot';
import { type Command, CommanderError } from 'commander';
import { normalizedArguments } from './arguments.ts';
import { Execution } from './execution.ts';
import { failureOf } from './failure.ts';
import { checkNodeVersion } from './node-version.ts';
import type { Program } from './program.ts';
import { Report, type SharedFlags } from './report.ts';

/** Runs a command line from its arguments to the exit code. */
export async function runProgram<Request, Result>(
  program: Program<Request, Result>,
  words: readonly string[],
): Promise<void> {
  surviveClosedStreams();
  let flags = formFlags(words);
  try {
    checkNodeVersion();
    const parsed = parseFlags(program.command, words);
    if (parsed === undefined) return;
    flags = parsed;
    const request = program.requestOf(parsed);
    await new Execution(program, request, flags).run();
  } catch (error) {
    const report = new Report(program.command, flags, (text) => process.stderr.write(text));
    process.exitCode = report.failure(failureOf(error), program.exitCodes);
  }
}

/** A reader that went away must not end a run half way. What a run did is told by its exit code in any case. */
function surviveClosedStreams(): void {
  process.stderr.on('error', () => {});
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE')
      process.stderr.write(`the result cannot be written to standard output: ${error.message}\n`);
  });
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

/** The form in which wrong flags are told, as far as it can be seen before they are understood. */
function formFlags(words: readonly string[]): SharedFlags {
  const isLogFormat = /^--?log-format(=json)?$/;
  const json = words.some((word) => /^--?json(=(1|t|true))?$/i.test(word));
  const jsonLog = words.some(
    (word, i) => isLogFormat.test(word) && (word.endsWith('=json') || words[i + 1] === 'json'),
  );
  return { json, logFormat: jsonLog ? 'json' : 'text' };
}
