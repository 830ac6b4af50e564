import type { AdapterName } from '@ekv/manifest';
import type { PublishRequest } from '../publish/publish-request.ts';
import type { SelfTestMismatch } from '../self-test/self-test.ts';

/** What is published for several Raft groups, and where: `output` is a folder. */
export interface PublishGroupsRequest extends PublishRequest {
  /** Ranges as a server's flag --shardRanges has them, or `auto` for those of the cluster that the dump comes from. */
  readonly groups: string;
  /** Queues with several partitions as a server's flag --sqsFifoPartitionMap has them. Default: none. */
  readonly partitionMap?: string;
  /** Also writes the catalog of these ranges, as a new cluster would. */
  readonly withCatalog?: boolean;
}

/** The snapshot of one group. */
export interface EncodedGroup {
  readonly group: bigint;
  readonly output: string;
  readonly sidecar: string;
  readonly entries: number;
  readonly bytes: number;
  readonly sha256: string;
}

interface GroupFacts {
  readonly input: string;
  /** The folder. */
  readonly output: string;
  /** Ascending by group. */
  readonly groups: readonly EncodedGroup[];
  /** As a server's flag has them. */
  readonly ranges: string;
  readonly withCatalog: boolean;
  readonly lastCommitTs: bigint;
  /** Of all groups, those of the catalog among them. */
  readonly entries: number;
  readonly bytes: number;
  /** By adapter, in the canonical order. */
  readonly rows: ReadonlyMap<AdapterName, number>;
  readonly warnings: number;
}

/** The folder with the snapshots and their sidecars is in place. */
export interface PublishedGroups extends GroupFacts {
  readonly outcome: 'groups published';
  readonly selfTest: 'passed' | 'not run';
  /** Whether the tree was salvaged from a damaged snapshot, and is not complete. */
  readonly isPartial: boolean;
  /** Of the snapshots, as the file system has it. */
  readonly mode: number;
}

/** The self-test failed: the output is as it was. */
export interface RejectedGroups extends GroupFacts {
  readonly outcome: 'groups mismatch';
  readonly report: string;
  readonly mismatch: SelfTestMismatch;
}

/** A caller must look at `outcome` to learn anything of the snapshots. */
export type PublishGroupsResult = PublishedGroups | RejectedGroups;
