/**
 * What a program needs around a run that works in a thread of its own: no adapter is loaded for it, so that `--help` and a
 * wrong flag answer at once.
 */
export { ADAPTER_NAMES, namedAdapters, parseAdapterList } from './adapter-list.ts';
export { CommitGate } from './commit-gate.ts';
export { decodeCleanUp } from './decode-clean-up.ts';
export { didYouMean, nearest } from './nearest.ts';
export { PHASES, type Phase, Progress } from './progress.ts';
export { removeEncodeTemporaries } from './remove-encode-temporaries.ts';
export { removeRepairTemporaries } from './remove-repair-temporaries.ts';
export { newRunId } from './run.ts';
export type { StoppedRepair, StoppedRun } from './stopped-run.ts';
export { decodeTraces, encodeTraces, repairTraces } from './stopped-traces.ts';
