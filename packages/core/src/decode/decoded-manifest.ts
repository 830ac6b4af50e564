import {
  type DynamodbJsonl,
  type Filters,
  type GroupMembers,
  type LostCounts,
  manifestBytes,
  newManifest,
  wallTimeIso,
} from '@ekv/manifest';
import type { SnapshotSummary } from '@ekv/snapshot';
import { snapshotIndexOf } from '../node-folder/snapshot-index.ts';
import type { DecodeCounts } from './decode-counts.ts';
import type { DecodeRequest, DecodeResult } from './decode-request.ts';
import { lostTogether } from './incomplete-source.ts';

/** What was found while a snapshot was decoded. */
export interface DecodedRows {
  readonly summary: SnapshotSummary;
  readonly counts: DecodeCounts;
  /** Of several snapshots, or as of a moment. */
  readonly groups: GroupMembers | undefined;
  /** Keys and messages that were left out because they had expired. */
  readonly expiredUnits: number;
  /** The selections by which the data was taken, as the manifest is to say them. */
  readonly filters: Filters;
}

/** What became of them. */
export interface DecodedFile extends DecodedRows {
  readonly partial: DecodeResult['partial'];
  /** What was missing before, as the sidecar says. */
  readonly lostBefore: LostCounts | undefined;
  /** The tables of the layout `jsonl`; `undefined` for another one. */
  readonly dynamodbJsonl: Omit<DynamodbJsonl, 'version'> | undefined;
}

/** The MANIFEST.json of the tree that a decode has made. @param madeAtMs ms since 1970. */
export function decodedManifest(
  request: DecodeRequest,
  { summary, groups, partial, lostBefore, filters, dynamodbJsonl }: DecodedFile,
  madeAtMs: number,
): Buffer {
  const isOneFile = groups?.groups === undefined;
  return manifestBytes(
    newManifest({
      elastickvVersion: request.toolVersion,
      clusterId: request.clusterId ?? '',
      snapshotIndex: isOneFile ? snapshotIndexOf(request.input) : 0n,
      lastCommitTs: summary.lastCommitTs,
      wallTimeIso: wallTimeIso(BigInt(madeAtMs) * 1_000_000n),
      fsmPath: isOneFile ? request.input : undefined,
      adapters: request.adapters,
      exclusions: request.exclusions,
      dynamodbLayout: request.dynamodbLayout ?? 'per-item',
      partial: lostTogether(lostBefore, partial),
      filter: filters,
      dynamodbJsonl,
      wholeState: request.wholeState,
      groups,
    }),
  );
}
