import type { DynamodbParts } from '@ekv/adapter';
import type { JsonBytes, Problems, TreeSink } from '@ekv/dump-tree';
import type { RowSource, ScratchFolder } from '@ekv/snapshot';
import type { DecodeWarnings } from './table-warnings.ts';

/** What one run works with. */
export interface DecodeContext {
  readonly source: RowSource;
  readonly sink: TreeSink;
  readonly scratch: ScratchFolder;
  readonly problems: Problems;
  readonly json: JsonBytes;
  readonly warnings: DecodeWarnings;
  /** For the layout `jsonl`. */
  readonly parts: DynamodbParts | undefined;
}
