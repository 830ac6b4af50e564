import { DataError, millisecondsOf } from '@ekv/snapshot';
import { WRAPPER_MAGIC, WRAPPER_V1_BYTES } from '@ekv/snapshot/format';
import { hex16 } from './snap-file.ts';

/** `fsm-snap/<index>.fsm`: a header, the payload as encode wrote it, a footer. docs/format/07-restore.md, section 4.1. */
export function nodeSnapshotName(index: bigint): string {
  return `${hex16(index)}.fsm`;
}

/** Milliseconds in a timestamp have that many bits. */
const MILLISECOND_BITS = 48n;

export function writeNodeHeader(ceiling: bigint): Buffer {
  const header = Buffer.alloc(WRAPPER_V1_BYTES);
  header.write(`${WRAPPER_MAGIC}1`, 'latin1');
  header.writeBigUInt64BE(ceiling, 8);
  return header;
}

/**
 * The millisecond above a snapshot's timestamp: the node's clock never goes below it, so new writes win over what was restored. 0 for a
 * snapshot without a timestamp. Section 2.6.
 *
 * @throws DataError where there is no such millisecond.
 */
export function clockCeiling(lastCommitTs: bigint): bigint {
  if (lastCommitTs === 0n) return 0n;
  const ceiling = millisecondsOf(lastCommitTs) + 1n;
  if (ceiling >> MILLISECOND_BITS === 0n) return ceiling;
  throw new DataError(
    `its last_commit_ts ${lastCommitTs} is in the last millisecond of a node's clock, which would overflow: no node can go on from it; encode again, with a time near the present as the option lastCommitTs of encode`,
  );
}
