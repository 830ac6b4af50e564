export { failureOf } from './failure.ts';
export type { GivenFlags } from './given-flags.ts';
export type { LogFields } from './log.ts';
export type { Ending, Program, Traces } from './program.ts';
export { type ProgramCommandOptions, programCommand, withSharedFlags } from './program-command.ts';
export { runProgram } from './run-program.ts';
export { serveWork } from './serve-work.ts';
export type { Failure } from './work-messages.ts';
export { type WithWorkers, WORKERS_FLAG, workersOf } from './workers-flag.ts';
