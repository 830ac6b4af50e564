import type { JsonBytes, Problems, TreeSink } from '@ekv/dump-tree';
import type { RowSource, ScratchFolder, Warn } from '@ekv/snapshot';
import type { RowJson } from '../layout/row-json.ts';
import type { BodyWriter } from './bodies/body-writer.ts';
import type { ChunkPayloads } from './bodies/chunk-payloads.ts';

/** What the parts of the decoder work with; buffers in it are reused. */
export interface DecodeContext {
  readonly source: RowSource;
  readonly sink: TreeSink;
  readonly scratch: ScratchFolder;
  readonly warn: Warn;
  /** Broken objects: all are looked for, so that an operator learns all of them at once. */
  readonly problems: Problems;
  readonly rowJson: RowJson;
  readonly json: JsonBytes;
  readonly bodies: BodyWriter;
  readonly payloads: ChunkPayloads;
  readonly includeIncompleteUploads: boolean;
  readonly includeOrphans: boolean;
  /** Whether the tree gets the whole state, too, with what it has no other place for. */
  readonly holdsState: boolean;
}
