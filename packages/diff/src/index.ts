export type { Change, ChangeKind, Difference } from './changes/change.ts';
export { type DiffRequest, diffInputs } from './diff-inputs.ts';
export type { Part } from './facts/parts.ts';
export type { Value } from './facts/value.ts';
