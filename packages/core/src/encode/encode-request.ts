import type { Filters } from '@ekv/manifest';
import type { CollectRequest } from './collect-rows.ts';

/** What is encoded, and how. */
export interface EncodeRequest extends CollectRequest {
  /** The selections that the data of the tree has been through, as its manifest says. Default: none. */
  readonly filters?: Filters | undefined;
  /** Turns guards into warnings where that loses only what cannot be restored anyway. */
  readonly dropUnsupported?: boolean | undefined;
  /** For trees that were made up: MANIFEST.json need not be there. */
  readonly allowMissingManifest?: boolean | undefined;
  /** Folder for spilled rows, and for the snapshot while it is tested. Default: the system's. */
  readonly scratchRoot?: string | undefined;
}
