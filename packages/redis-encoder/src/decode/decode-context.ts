import type { TreeSink } from '@ekv/dump-tree';
import type { ValueContext } from '../values/value-context.ts';
import type { GrowingFile } from './growing-file.ts';
import type { KeyNames } from './key-names.ts';

/** What the decoders of all types work with; buffers in it are reused from file to file. */
export interface DecodeContext extends ValueContext {
  readonly sink: TreeSink;
  readonly names: KeyNames;
  /** Added to all expiries that are written, ms. */
  readonly shiftMs: bigint;
  readonly file: GrowingFile;
}
