import type { JsonReader, Problems, StrayFiles, TreeSource, UnknownFields } from '@ekv/dump-tree';
import type { Findings, ScratchFolder } from '@ekv/snapshot';
import type { JsonMessage } from '../files/json-message.ts';
import type { CounterRows } from '../state/counter-rows.ts';
import type { ItemKeys } from './item-keys.ts';
import type { JsonlTables } from './jsonl-tables.ts';

/** What one run works with. */
export interface EncodeContext {
  readonly tree: TreeSource;
  readonly scratch: ScratchFolder;
  readonly problems: Problems;
  readonly strays: StrayFiles;
  readonly unknownFields: UnknownFields;
  readonly reader: JsonReader;
  /** For the messages of items. */
  readonly message: JsonMessage;
  readonly keys: ItemKeys;
  /** By the kinds of finding-kinds.ts. */
  readonly findings: Findings;
  /** Of a tree in the layout `jsonl`. */
  readonly jsonl: JsonlTables | undefined;
  /** Takes the counters of tables; `undefined`: each is 1. */
  readonly counters: CounterRows | undefined;
}
