import { sortedEntries } from '@ekv/adapter';
import type { EntryKind } from '@ekv/dump-tree';
import type { EncodeContext } from './encode-context.ts';

/** What a walk over items comes to. Paths are byte strings relative to the root. */
export interface Met {
  /** Or the `end` of a folder below; or a folder that could not be listed, which is seen where its entries would come. */
  readonly kind: EntryKind | 'end' | 'unlisted';
  readonly path: string;
  /** Of an entry: the last part of the path, and the folder that it stands in. */
  readonly name: string;
  readonly upper: string;
  /** Why the folder could not be listed. */
  readonly error?: unknown;
}

/**
 * The entries of a folder, and after each folder among them the entries of that one and its end: the lower ones are not gone into. It
 * judges nothing, and throws nothing of what is wrong with the tree: so it may run ahead of who judges.
 */
export function* itemWalk(context: EncodeContext, folder: string): Generator<Met> {
  for (const met of listed(context, folder)) {
    yield met;
    if (met.kind !== 'folder') continue;
    yield* listed(context, met.path);
    yield { kind: 'end', path: met.path, name: '', upper: '' };
  }
}

function* listed({ tree, scratch }: EncodeContext, folder: string): Generator<Met> {
  try {
    for (const { name, kind } of sortedEntries(tree, scratch, folder))
      yield { kind, path: `${folder}/${name}`, name, upper: folder };
  } catch (error) {
    yield { kind: 'unlisted', path: folder, name: '', upper: '', error };
  }
}
