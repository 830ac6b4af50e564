/** A voter of the cluster. docs/format/07-restore.md, section 2.5. */
export interface Peer {
  /** As the node is called with `--raftId`. */
  readonly id: string;
  /** Where the others reach it, as it is called with `--address`; opaque. */
  readonly address: string;
  /** See `nodeIdOf`. */
  readonly nodeId: bigint;
}

/** Limits of the server that reads them; docs/format/07-restore.md, section 4.5. */
export const MOST_PEERS = 1024;
export const LONGEST_TEXT = 1 << 20;
