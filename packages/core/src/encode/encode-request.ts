import type { CollectRequest } from './collect-rows.ts';

/** What is encoded, and how. */
export interface EncodeRequest extends CollectRequest {
  /** `last_commit_ts` of the manifest, the lower bound; 0 or nothing = no bound. */
  readonly manifestLastCommitTs?: bigint | undefined;
  /** Turns guards into warnings where that loses only what cannot be restored anyway. */
  readonly dropUnsupported?: boolean | undefined;
  /** For trees that were made up: MANIFEST.json need not be there. */
  readonly allowMissingManifest?: boolean | undefined;
  /** Folder for spilled rows, and for the snapshot while it is tested. Default: the system's. */
  readonly scratchRoot?: string | undefined;
}
