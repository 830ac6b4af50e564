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
 * Entries of the folders on the way down that are held together. Beyond them the lists of the upper folders are let go of, and made anew
 * on the way back: at least as many entries were listed in between.
 */
const MOST_HELD = 50_000;
/** A larger folder takes no more memory than one of so many entries: its names are on disk. */
const LARGEST = 10_000;

/** A folder on the way down. */
interface Level {
  readonly prefix: string;
  /** `undefined` when it was let go of. */
  listing: FolderListing | undefined;
  /** The name that the walk went into last. */
  name: string;
}

/**
 * What stands in the folder of a bucket, in the order of the paths: after a folder what is in it, and its end. It judges nothing, and throws
 * nothing of what is wrong with the tree: so it may run ahead of who judges. Memory does not depend on the depth.
 *
 * @param folder byte string relative to the root. @param top the list of that folder, which is closed here.
 */
export function* bucketWalk(
  tree: TreeSource,
  scratch: ScratchFolder,
  folder: string,
  top: FolderListing,
  mostHeld: number = MOST_HELD,
): Generator<Met> {
  const open = new OpenLevels(top, mostHeld);
  try {
    for (let at = open.lowest; at !== undefined; at = open.lowest) {
      const { prefix } = at;
      if (at.listing === undefined) {
        const again = listed(tree, scratch, `${folder}/${prefix}`.slice(0, -1));
        if (!(again instanceof FolderListing)) {
          open.leave();
          yield { prefix, found: 'unlisted', error: again.error };
          continue;
        }
        again.skipTo(at.name);
        open.hold(at, again);
      }
      const found = at.listing!.next();
      if (found === undefined) {
        open.leave();
        yield { prefix, found: 'end' };
        continue;
      }
      yield { prefix, found };
      if (found.body !== 'folder' || isOfDump(prefix, found)) continue;
      at.name = found.name;
      const below = `${prefix}${found.name}`;
      const list = listed(tree, scratch, `${folder}/${below}`);
      if (list instanceof FolderListing) open.enter(`${below}/`, list);
      else yield { prefix: `${below}/`, found: 'unlisted', error: list.error };
    }
  } finally {
    open.close();
  }
}

/** The folders on the way down, of which the lower ones have their lists. */
class OpenLevels {
  readonly #levels: Level[];
  readonly #mostHeld: number;
  #held: number;
  /** Those before it were let go of. */
  #firstHeld = 0;

  constructor(top: FolderListing, mostHeld: number) {
    this.#levels = [{ prefix: '', listing: top, name: '' }];
    this.#mostHeld = mostHeld;
    this.#held = sizeOf(top);
  }

  get lowest(): Level | undefined {
    return this.#levels.at(-1);
  }

  enter(prefix: string, listing: FolderListing): void {
    const level: Level = { prefix, listing: undefined, name: '' };
    this.#levels.push(level);
    this.hold(level, listing);
  }

  /** @param level the lowest one. */
  hold(level: Level, listing: FolderListing): void {
    level.listing = listing;
    this.#held += sizeOf(listing);
    this.#firstHeld = Math.min(this.#firstHeld, this.#levels.length - 1);
    while (this.#held > this.#mostHeld && this.#firstHeld < this.#levels.length - 1)
      this.#letGo(this.#levels[this.#firstHeld++]!);
  }

  /** Leaves the lowest one. */
  leave(): void {
    this.#letGo(this.#levels.pop()!);
  }

  close(): void {
    for (const level of this.#levels) this.#letGo(level);
  }

  #letGo(level: Level): void {
    if (level.listing === undefined) return;
    this.#held -= sizeOf(level.listing);
    level.listing.close();
    level.listing = undefined;
  }
}

function sizeOf({ count }: FolderListing): number {
  return Math.min(count, LARGEST);
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
