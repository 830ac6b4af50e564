// As in the programs: before all else.
import './progress-signal.ts';
import { appendFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import inspector from 'node:inspector';
import { join } from 'node:path';
import { calledName } from './called-name.ts';
import type { Program } from './program.ts';
import { programCommand, withSharedFlags } from './program-command.ts';
import { runProgram } from './run-program.ts';

/** A program of its own that does what `--do` says, and writes to the file `--trace` what happened. */
export interface ExampleRequest {
  readonly do: string;
  readonly trace: string;
}

/** As much as cleaning up has to do, beside the trace. */
function makeBulk(trace: string, files: number): void {
  mkdirSync(`${trace}.bulk`);
  for (let i = 0; i < files; i++) writeFileSync(join(`${trace}.bulk`, String(i)), '');
}

const command = withSharedFlags(
  programCommand({
    name: calledName('ekv-example', 'example-alias'),
    description: 'An example.',
    version: '1.2.3',
    after: 'Try $0.',
  })
    .option('--do <what>', 'what to do', 'end')
    .option('--bulk <files>', 'how many files to clean up', '0')
    .option('--trace <file>', 'a file to tell what happened', '/dev/null'),
);

let tracePath = '';

const PROGRAM: Program<ExampleRequest, string> = {
  command,
  // Beside it, as a source and when both are bundled.
  work: import.meta.filename.replace('example-program', 'example-work'),
  exitCodes: { usage: 1, environment: 1, data: 2, defect: 1 },
  requestOf: (flags) => {
    tracePath = flags.text('trace')!;
    if (flags.text('bulk') !== '0') makeBulk(tracePath, Number(flags.text('bulk')));
    return { do: flags.text('do')!, trace: tracePath };
  },
  endingOf: (result) => {
    if (result.startsWith('late ')) process.kill(process.pid, result.slice('late '.length) as NodeJS.Signals);
    if (result === 'debugger') appendFileSync(tracePath, `debugger at ${inspector.url()}\n`);
    return { exitCode: 0, message: 'done', fields: { result }, json: { result } };
  },
  cleanUp:
    ({ trace, do: what }, runId) =>
    () => {
      appendFileSync(trace, `cleaned up after ${/^[0-9a-f]{16}$/.test(runId)}\n`);
      if (what.endsWith('dirty')) throw new Error('the disk is gone');
    },
  traces: ({ trace }) => {
    const paths = [`${trace}.bulk`].filter((path) => existsSync(path));
    return { paths, bulky: paths };
  },
  stopped: 'nothing is left',
};

await runProgram(PROGRAM, process.argv.slice(2));
