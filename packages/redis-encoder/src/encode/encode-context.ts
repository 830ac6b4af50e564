import type { ExpiryLimit } from '@ekv/adapter';
import type { JsonReader, Keymap, Problems, StrayFiles, TreeSource, UnknownFields } from '@ekv/dump-tree';
import type { Findings, ScratchFolder, Warn } from '@ekv/snapshot';
import type { KeyKinds } from '../key-kinds.ts';
import type { Expiries } from '../sense/expiries.ts';

/** What the encoders of all types work with. */
export interface EncodeContext {
  readonly tree: TreeSource;
  readonly scratch: ScratchFolder;
  readonly warn: Warn;
  readonly problems: Problems;
  readonly strays: StrayFiles;
  readonly unknownFields: UnknownFields;
  readonly findings: Findings;
  readonly expiries: Expiries;
  /** Nothing when the tree has values of one kind only. */
  readonly kinds: KeyKinds | undefined;
  /** A JSON file of more bytes is not held in memory. */
  readonly heldBytes: number;
  /** Leaves keys out that had expired. */
  readonly expired: ExpiryLimit | undefined;
  readonly reader: JsonReader;
  /** `none` when the tree has none; `unreadable` when that is a problem already: nothing is said of names that need it. */
  readonly keymap: Keymap | 'none' | 'unreadable';
}
