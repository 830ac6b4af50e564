import type { Definition } from './definition.ts';
import { print } from './print.ts';
import { programCommand } from './program-command.ts';
import { runCommandLine } from './run-program.ts';

/** A command that prints a text. */
export interface TextCommand {
  readonly description: string;
  /** As of a program: shown after the flags. */
  readonly after: string;
  readonly text: () => string | Promise<string>;
}

/** The definition of such a command: it has no flags but `--help` and `--version`, and no working thread. */
export function textCommand({ description, after, text }: TextCommand): Definition {
  return ({ name, version }) => {
    const command = programCommand({ name, description, version, after });
    const exitCodes = { usage: 1, environment: 1, data: 1, defect: 1 };
    const run = (words: readonly string[]) =>
      runCommandLine({ command, exitCodes }, words, async (_, listen) => print(await text(), listen));
    return { command: () => command, commands: [], run };
  };
}
