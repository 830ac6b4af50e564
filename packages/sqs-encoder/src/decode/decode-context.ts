import type { ExpiryLimit } from '@ekv/adapter';
import type { Problems, TreeSink } from '@ekv/dump-tree';
import type { Warn } from '@ekv/snapshot';
import type { StateLines } from './state-files.ts';
import type { WalkContext } from './walk-context.ts';

/** What the steps of a decode work with. */
export interface DecodeContext extends WalkContext {
  readonly sink: TreeSink;
  readonly warn: Warn;
  readonly problems: Problems;
  readonly preserveSqsVisibility: boolean;
  readonly includeSideRecords: boolean;
  /** Leaves messages out that are older than their queue keeps them. */
  readonly expired: ExpiryLimit | undefined;
  /** Takes lines of the whole state; `undefined` when it is left out. */
  readonly state: StateLines | undefined;
}
