import { ChecksumsVerifier } from '@ekv/dump-tree';
import type { ScratchFolder } from '@ekv/snapshot';

/** Takes the digests of files that are read, for a tree that has a list to compare them with. */
export function listedDigests(scratch: ScratchFolder): ChecksumsVerifier {
  return new ChecksumsVerifier(scratch);
}
