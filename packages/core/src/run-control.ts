/**
 * What a program needs around a run that works in a thread of its own: no adapter is loaded for it, so that `--help` and a
 * wrong flag answer at once.
 */

export { didYouMean, nearest } from '@ekv/snapshot/arguments';
export { decodeCleanUp } from './decode/decode-clean-up.ts';
export { DUMP_FORMATS, type DumpFormat } from './decode/dump-format.ts';
export { forgetCleanUp } from './forget/forget-clean-up.ts';
export { parseAsOf } from './groups/as-of.ts';
export { parseGroupFile } from './groups/group-file.ts';
export { removeEncodeTemporaries } from './publish/remove-encode-temporaries.ts';
export { groupsCleanUp } from './publish-groups/groups-clean-up.ts';
export { removeRepairTemporaries } from './repair/remove-repair-temporaries.ts';
export { ADAPTER_NAMES, namedAdapters, parseAdapterList } from './run/adapter-list.ts';
export { CommitGate } from './run/commit-gate.ts';
export { PHASES, type Phase, Progress } from './run/progress.ts';
export { newRunId } from './run/run.ts';
export type { StoppedRepair, StoppedRun } from './run/stopped-run.ts';
export { decodeTraces, encodeTraces, repairTraces } from './run/stopped-traces.ts';
export { MOST_WORKERS } from './run/workers.ts';
