import { type AdapterName, type DecodedTree, manifestBytes, newManifest } from '@ekv/manifest';
import { plant } from '@ekv/test-support/temporary-folder';

export const NO_EXCLUSIONS = {
  include_incomplete_uploads: false,
  include_orphans: false,
  preserve_sqs_visibility: false,
  include_sqs_side_records: false,
  rename_s3_collisions: false,
} as const;

/** As in the guard fields of a plain tree. */
export const NO_GUARDS = { ...NO_EXCLUSIONS, dynamodb_layout: 'per-item' } as const;

export const REDIS: readonly AdapterName[] = ['redis'];

/** Of the trees that are planted here. */
export const LAST_COMMIT_TS = 1000n;

const ONE_STRING = { 'redis/db_0/strings/a.bin': 'one' };

/** Makes a dump tree with a manifest. @returns its root. */
export function plantDump(
  root: string,
  files: Readonly<Record<string, string | Uint8Array>> = ONE_STRING,
  manifest: Partial<DecodedTree> = {},
): string {
  plant(root, { 'MANIFEST.json': manifestOf(manifest), ...files });
  return root;
}

export function manifestOf(overrides: Partial<DecodedTree> = {}): Buffer {
  return manifestBytes(
    newManifest({
      elastickvVersion: 'ekv/test',
      lastCommitTs: LAST_COMMIT_TS,
      wallTimeIso: '2026-01-02T03:04:05Z',
      fsmPath: 'in.fsm',
      adapters: REDIS,
      exclusions: NO_EXCLUSIONS,
      ...overrides,
    }),
  );
}
