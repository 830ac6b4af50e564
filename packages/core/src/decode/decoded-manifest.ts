import { type LostCounts, manifestBytes, newManifest, wallTimeIso } from '@ekv/manifest';
import type { SnapshotSummary } from '@ekv/snapshot';
import { snapshotIndexOf } from '../node-folder/snapshot-index.ts';
import type { DecodeRequest, DecodeResult } from './decode-request.ts';
import { lostTogether } from './incomplete-source.ts';

/** What was found while a snapshot was decoded. */
export interface DecodedFile {
  readonly summary: SnapshotSummary;
  readonly partial: DecodeResult['partial'];
  /** What was missing before, as the sidecar says. */
  readonly lostBefore: LostCounts | undefined;
}

/** The MANIFEST.json of the tree that a decode has made. @param madeAtMs ms since 1970. */
export function decodedManifest(
  request: DecodeRequest,
  { summary, partial, lostBefore }: DecodedFile,
  madeAtMs: number,
): Buffer {
  return manifestBytes(
    newManifest({
      elastickvVersion: request.toolVersion,
      clusterId: request.clusterId ?? '',
      snapshotIndex: snapshotIndexOf(request.input),
      lastCommitTs: summary.lastCommitTs,
      wallTimeIso: wallTimeIso(BigInt(madeAtMs) * 1_000_000n),
      fsmPath: request.input,
      adapters: request.adapters,
      exclusions: request.exclusions,
      dynamodbLayout: request.dynamodbLayout ?? 'per-item',
      partial: lostTogether(lostBefore, partial),
    }),
  );
}
