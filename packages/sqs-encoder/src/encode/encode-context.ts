import type { JsonBytes, JsonReader, Problems, StrayFiles, TreeSource, UnknownFields } from '@ekv/dump-tree';
import type { Findings, ScratchFolder } from '@ekv/snapshot';
import type { Completion } from '../records/completion.ts';
import type { DeadLetterQueues } from '../sense/dead-letter-queues.ts';
import type { MessageFindings } from '../sense/message-findings.ts';

/** What the steps of an encode work with. */
export interface EncodeContext {
  readonly tree: TreeSource;
  readonly scratch: ScratchFolder;
  readonly problems: Problems;
  readonly strays: StrayFiles;
  readonly unknownFields: UnknownFields;
  readonly findings: Findings;
  readonly messageFindings: MessageFindings;
  readonly deadLetterQueues: DeadLetterQueues;
  readonly reader: JsonReader;
  readonly json: JsonBytes;
  /** Added to the times of messages, ms. */
  readonly shiftMs: bigint;
  /** Fills in what is absent; `undefined`: it stays absent. */
  readonly completion: Completion | undefined;
}
