import type { Warning } from '@ekv/snapshot';

/** Who has to act: the operator (flags, paths), the machine, the owner of the data, or the developers of ekv. */
export type FailureKind = 'usage' | 'environment' | 'data' | 'defect';

export interface Failure {
  readonly kind: FailureKind;
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
  readonly shared: SharedArrayBuffer;
}

/** What the working thread says. */
export type WorkMessage<Result> =
  | { readonly type: 'warning'; readonly warning: Warning }
  | { readonly type: 'result'; readonly result: Result }
  | { readonly type: 'failure'; readonly failure: Failure };
