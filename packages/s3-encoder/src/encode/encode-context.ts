import type { InputTree, JsonReader, Problems, StrayFiles, UnknownFields } from '@ekv/dump-tree';
import type { ScratchFolder } from '@ekv/snapshot';
import type { CountedWarnings } from './counted-warnings.ts';

/** What the parts of the encoder work with; buffers in it are reused. */
export interface EncodeContext {
  readonly tree: InputTree;
  readonly scratch: ScratchFolder;
  readonly problems: Problems;
  readonly strays: StrayFiles;
  readonly unknownFields: UnknownFields;
  readonly reader: JsonReader;
  readonly warnings: CountedWarnings;
}
