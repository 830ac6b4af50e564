import type { TreeSource } from '@ekv/dump-tree';
import type { ScratchFolder } from '@ekv/snapshot';
import { ORPHANS_FOLDER, UPLOADS_FOLDER } from '../files/paths.ts';
import { FolderListing, type NamedEntries } from './folder-listing.ts';

/** What a walk over a bucket comes to. */
export interface Met {
  /** Below the bucket's folder, with a `/` at the end; empty for that folder itself. */
  readonly prefix: string;
  /** What stands under one name; `end` of the folder; or that it could not be listed, which is seen where its entries would come. */
  readonly found: NamedEntries | 'end' | 'unlisted';
  /** Why the folder could not be listed. */
  readonly error?: unknown;
}

/**
 * What stands in the folder of a bucket, in the order of the paths: after a folder what is in it, and its end. It judges nothing, and throws
 * nothing of what is wrong with the tree: so it may run ahead of who judges.
 *
 * @param folder byte string relative to the root. @param top the list of that folder, which is closed here.
 */
export function* bucketWalk(
  tree: TreeSource,
  scratch: ScratchFolder,
  folder: string,
  top: FolderListing,
): Generator<Met> {
  const open = [{ prefix: '', listing: top }];
  try {
    for (let at = open.at(-1); at !== undefined; at = open.at(-1)) {
      const { prefix, listing } = at;
      const found = listing.next();
      if (found === undefined) {
        open.pop();
        listing.close();
        yield { prefix, found: 'end' };
        continue;
      }
      yield { prefix, found };
      if (found.body !== 'folder' || isOfDump(prefix, found)) continue;
      const below = `${prefix}${found.name}`;
      const list = listed(tree, scratch, `${folder}/${below}`);
      if (list instanceof FolderListing) open.push({ prefix: `${below}/`, listing: list });
      else yield { prefix: `${below}/`, found: 'unlisted', error: list.error };
    }
  } finally {
    for (const { listing } of open) listing.close();
  }
}

/** Whether it is a folder of the dump's own, in which there are no objects. */
export function isOfDump(prefix: string, { name, body, sidecar }: NamedEntries): boolean {
  return (
    prefix === '' && (name === ORPHANS_FOLDER || name === UPLOADS_FOLDER) && body === 'folder' && sidecar === undefined
  );
}

function listed(tree: TreeSource, scratch: ScratchFolder, path: string): FolderListing | { readonly error: unknown } {
  try {
    return new FolderListing(tree.entries(path), scratch);
  } catch (error) {
    return { error };
  }
}
