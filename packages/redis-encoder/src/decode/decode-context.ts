import type { TreeSink } from '@ekv/dump-tree';
import type { RowSource, ScratchFolder, Warn } from '@ekv/snapshot';
import type { KeyKinds } from '../key-kinds.ts';
import type { ExpiryOwners } from './expiry-owners.ts';
import type { GrowingFile } from './growing-file.ts';
import type { KeyNames } from './key-names.ts';
import type { LeftOutKinds } from './left-out-kinds.ts';
import type { ElementRows } from './rows/element-rows.ts';

/** What the decoders of all types work with; buffers in it are reused from file to file. */
export interface DecodeContext {
  readonly source: RowSource;
  readonly sink: TreeSink;
  readonly scratch: ScratchFolder;
  readonly warn: Warn;
  readonly names: KeyNames;
  readonly expiries: ExpiryOwners;
  readonly leftOut: LeftOutKinds;
  /** Nothing when the snapshot has values of one kind only. */
  readonly kinds: KeyKinds | undefined;
  /** Added to all expiries that are written, ms. */
  readonly shiftMs: bigint;
  readonly file: GrowingFile;
  readonly elements: ElementRows;
}
