import type { InputTree, JsonReader, Problems, StrayFiles, UnknownFields } from '@ekv/dump-tree';
import type { ScratchFolder } from '@ekv/snapshot';
import type { ItemFindings } from './item-findings.ts';
import type { ItemKeys } from './item-keys.ts';

/** What one run works with. */
export interface EncodeContext {
  readonly tree: InputTree;
  readonly scratch: ScratchFolder;
  readonly problems: Problems;
  readonly strays: StrayFiles;
  readonly unknownFields: UnknownFields;
  readonly reader: JsonReader;
  readonly keys: ItemKeys;
  readonly findings: ItemFindings;
}
