import type { InputTree, JsonReader, Keymap, Problems, StrayFiles, UnknownFields } from '@ekv/dump-tree';
import type { ScratchFolder, Warn } from '@ekv/snapshot';

/** What the encoders of all types work with. */
export interface EncodeContext {
  readonly tree: InputTree;
  readonly scratch: ScratchFolder;
  readonly warn: Warn;
  readonly problems: Problems;
  readonly strays: StrayFiles;
  readonly unknownFields: UnknownFields;
  readonly reader: JsonReader;
  /** `undefined` when the tree has none. */
  readonly keymap: Keymap | undefined;
}
