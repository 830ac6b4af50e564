import { appendFileSync } from 'node:fs';
import type { Program } from './program.ts';
import { programCommand, withSharedFlags } from './program-command.ts';
import { runProgram } from './run-program.ts';

/** A program of its own that does what `--do` says, and writes to the file `--trace` what happened. */
export interface ExampleRequest {
  readonly do: string;
  readonly trace: string;
}

const command = withSharedFlags(
  programCommand({
    names: ['ekv-example', 'example-alias'],
    description: 'An example.',
    version: '1.2.3',
    after: 'Try $0.',
  })
    .option('--do <what>', 'what to do', 'end')
    .option('--trace <file>', 'a file to tell what happened', '/dev/null'),
);

const PROGRAM: Program<ExampleRequest, string> = {
  command,
  work: new URL('./example-work.test-data.ts', import.meta.url),
  exitCodes: { usage: 1, environment: 1, data: 2, defect: 1 },
  requestOf: (flags) => ({ do: String(flags.do), trace: String(flags.trace) }),
  endingOf: (result) => ({ exitCode: 0, message: 'done', fields: { result }, json: { result } }),
  cleanUp:
    ({ trace, do: what }, runId) =>
    () => {
      appendFileSync(trace, `cleaned up after ${/^[0-9a-f]{16}$/.test(runId)}\n`);
      if (what === 'stay dirty') throw new Error('the disk is gone');
    },
  stopped: 'nothing is left',
};

await runProgram(PROGRAM, process.argv.slice(2));
