import type { InputTree, JsonBytes, JsonReader, Problems, StrayFiles, UnknownFields } from '@ekv/dump-tree';
import type { ScratchFolder } from '@ekv/snapshot';

/** What the steps of an encode work with. */
export interface EncodeContext {
  readonly tree: InputTree;
  readonly scratch: ScratchFolder;
  readonly problems: Problems;
  readonly strays: StrayFiles;
  readonly unknownFields: UnknownFields;
  readonly reader: JsonReader;
  readonly json: JsonBytes;
}
