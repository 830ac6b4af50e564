import type { JsonReader, Problems, StrayFiles, TreeSource, UnknownFields } from '@ekv/dump-tree';
import type { Findings, ScratchFolder } from '@ekv/snapshot';
import type { EtagCheck } from '../sense/etag-check.ts';
import type { ObjectSense } from '../sense/object-sense.ts';
import type { KeymapProof } from './keymap-proof.ts';
import type { BucketStates } from './state.ts';

/** What the parts of the encoder work with; buffers in it are reused. */
export interface EncodeContext {
  readonly tree: TreeSource;
  readonly scratch: ScratchFolder;
  readonly problems: Problems;
  readonly strays: StrayFiles;
  readonly unknownFields: UnknownFields;
  readonly reader: JsonReader;
  /** What makes no sense, though the format allows it. */
  readonly findings: Findings;
  readonly sense: ObjectSense;
  readonly etags: EtagCheck;
  readonly keymapProof: KeymapProof;
  /** The whole state; `undefined` when it is not read. */
  readonly states: BucketStates | undefined;
}
