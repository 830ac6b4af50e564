import type { JsonBytes, TreeSink } from '@ekv/dump-tree';
import type { ScratchFolder, Snapshot, Warn } from '@ekv/snapshot';
import type { ElementRows } from './element-rows.ts';
import type { ExpiryOwners } from './expiry-owners.ts';
import type { KeyNames } from './key-names.ts';

/** What the decoders of all types work with; buffers in it are reused from file to file. */
export interface DecodeContext {
  readonly source: Snapshot;
  readonly sink: TreeSink;
  readonly scratch: ScratchFolder;
  readonly warn: Warn;
  readonly names: KeyNames;
  readonly expiries: ExpiryOwners;
  readonly json: JsonBytes;
  readonly elements: ElementRows;
}
