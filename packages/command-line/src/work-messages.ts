import type { Warning } from '@ekv/snapshot';

/** Who has to act: the operator (flags, paths), the machine, the owner of the data, or the developers of ekv. */
export type FailureKind = 'usage' | 'environment' | 'data' | 'defect';

export interface Failure {
  readonly kind: FailureKind;
  /** Without the lines of `problems`. */
  readonly message: string;
  /** One line each, when several things are wrong. */
  readonly problems: readonly string[];
  readonly stack: string;
}

/** What the working thread is given. */
export interface WorkOrder<Request> {
  readonly request: Request;
  readonly runId: string;
  /** Of the Progress. */
  readonly progress: SharedArrayBuffer;
  /** Of the CommitGate. */
  readonly gate: SharedArrayBuffer;
}

/** How the work ended. */
export type WorkEnd<Result> =
  | { readonly type: 'result'; readonly result: Result }
  | { readonly type: 'failure'; readonly failure: Failure };

/** What the working thread says. */
export type WorkMessage<Result> = { readonly type: 'warning'; readonly warning: Warning } | WorkEnd<Result>;
