export { type ProgramCommandOptions, programCommand } from './program-command.ts';
export { type Ending, type Program, runProgram } from './run-program.ts';
export { serveWork } from './serve-work.ts';
export { toolVersion } from './tool-version.ts';
