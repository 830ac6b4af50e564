import type { AdapterName } from '@ekv/manifest';
import type { EncodeRequest } from '../encode/encode-request.ts';
import type { SelfTestMismatch } from '../self-test/self-test.ts';

/** What is published, and where. */
export interface PublishRequest
  extends Omit<
    EncodeRequest,
    'lastCommitTs' | 'manifestLastCommitTs' | 'guards' | 'filters' | 'allowMissingManifest' | 'shiftMs'
  > {
  /** Path of the snapshot file. */
  readonly output: string;
  /** Replaces the manifest's timestamp; not below it. */
  readonly lastCommitTs?: bigint | undefined;
  /** Moves all absolute times of expiries and messages so that the moment of the snapshot becomes now. */
  readonly shiftTimes?: boolean | undefined;
  /** Removes what killed runs with this output have left whose processes are proven to be gone. */
  readonly removeLeftovers?: boolean | undefined;
  /** The adapters are all, because their list was given and is empty: a warning. */
  readonly isAdapterListEmpty?: boolean | undefined;
  /** Version of the tool, for the sidecar. */
  readonly toolVersion: string;
}

/** What is known of a snapshot, published or not. */
export interface PublishFacts {
  readonly input: string;
  readonly output: string;
  readonly sidecar: string;
  readonly lastCommitTs: bigint;
  readonly entries: number;
  readonly bytes: number;
  readonly sha256: string;
  readonly rows: ReadonlyMap<AdapterName, number>;
  readonly warnings: number;
}

/** The snapshot and its sidecar are in place. */
export interface Published extends PublishFacts {
  readonly outcome: 'published';
  readonly selfTest: 'passed' | 'not run';
  /** Whether an older snapshot, or a link, stood at the output. */
  readonly replaced: boolean;
  /** The snapshot that an earlier self-test which failed moved out of the way; it is left alone. */
  readonly previous: string | undefined;
  /** Whether the tree was salvaged from a damaged snapshot, and is not complete. */
  readonly isPartial: boolean;
  /** Of the snapshot, as the file system has it: 0600 where that has modes. */
  readonly mode: number;
}

/** The self-test failed: no snapshot is at the output any more. */
export interface Rejected extends PublishFacts {
  readonly outcome: 'mismatch';
  readonly report: string;
  /** Where the older snapshot is now that stood at the output. */
  readonly previous: string | undefined;
  /** The snapshot that an earlier self-test which failed moved away, when this one moved none; it is left alone. */
  readonly earlierPrevious: string | undefined;
  /** Whether a link at the output was removed. */
  readonly isLinkRemoved: boolean;
  readonly mismatch: SelfTestMismatch;
}

/** A caller must look at `outcome` to learn anything of the snapshot. */
export type PublishResult = Published | Rejected;
