import { basename } from 'node:path';
import { Command } from './command.ts';
import { wrappedText } from './help-width.ts';

export interface ProgramCommandOptions {
  /** The program's names, the usual one first. */
  readonly names: readonly [string, ...string[]];
  readonly description: string;
  readonly version: string;
  /** Shown after the flags: examples, exit codes. Each line is a paragraph, however long. `$0` stands for the program's name. */
  readonly after: string;
}

/** A command with its help; the program adds its flags, and after them {@link withSharedFlags}. */
export function programCommand({ names, description, version, after }: ProgramCommandOptions): Command {
  const name = calledName(names);
  return new Command(name).describe(description, version, (width) =>
    wrappedText(after.replaceAll('$0', name), width, name),
  );
}

/** Adds the flags that all programs have. */
export function withSharedFlags(command: Command): Command {
  return command
    .option('--quiet', 'print warnings and errors only')
    .option('--progress <seconds>', 'print a line of progress that often, for logs; a SIGUSR1 prints one at any time')
    .option('--json', 'print one JSON object with the result on standard output')
    .choice('--log-format <format>', 'form of the lines on standard error', ['text', 'json']);
}

/** The name under which the program was called, when it is one of its names. */
function calledName(names: readonly [string, ...string[]]): string {
  const called = basename(process.argv[1] ?? '');
  return names.includes(called) ? called : names[0];
}
