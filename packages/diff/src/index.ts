export type { Change, ChangeKind, Difference } from './changes/change.ts';
export { type ChangeCounts, type ScopeSummary, Summary } from './changes/summary.ts';
export { type DiffRequest, diffInputs } from './diff-inputs.ts';
export type { Part } from './facts/parts.ts';
export type { Value } from './facts/value.ts';
export { type DifferencesShown, jsonOfChange, jsonOfSummary } from './forms/json-lines.ts';
export { COLOURED, type Paint, PLAIN, type TextOptions, textOfChange, textOfSummary } from './forms/text.ts';
