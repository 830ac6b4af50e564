import { sortedEntries } from '@ekv/adapter';
import { folderInPlaceOfFile, ROW_JSON, refusedEntry } from '@ekv/dump-tree';
import { DataError } from '@ekv/snapshot';
import { ItemReader } from '../files/item-json.ts';
import { PART_LIKE } from '../files/item-parts.ts';
import { ITEM_SUFFIX, isHidden } from '../files/paths.ts';
import type { EncodeContext } from './encode-context.ts';
import type { FoundItem } from './item-source.ts';

/**
 * The items of a table of which each has a file: in `items/`, or one folder below, whatever its name is. Everything else is
 * reported. docs/format/04-dynamodb.md, section 9.1.
 *
 * @param folder `items/` of the table, a byte string relative to the root.
 */
export function* itemFiles(context: EncodeContext, folder: string): Generator<FoundItem> {
  const { tree, problems } = context;
  const reader = new ItemReader(context.reader);
  for (const path of itemPaths(context, folder)) {
    const shown = tree.display(path);
    const attributes = problems.attempt(() => reader.read(shown, tree.read(path, ROW_JSON)));
    if (attributes !== undefined) yield { path, shown, below: path.slice(folder.length + 1), attributes };
  }
}

function* itemPaths(context: EncodeContext, folder: string): Generator<string> {
  const { tree, problems } = context;
  if (problems.attempt(() => tree.isFolder(folder)) !== true) return;
  for (const { name, kind } of problems.guard(sortedEntries(tree, context.scratch, folder))) {
    const path = `${folder}/${name}`;
    if (kind === 'folder') yield* pathsOfFolder(context, path);
    else if (isItemFile(context, path, name, kind)) yield path;
  }
}

function* pathsOfFolder(context: EncodeContext, folder: string): Generator<string> {
  const { tree, problems } = context;
  let hasItem = false;
  for (const { name, kind } of problems.guard(sortedEntries(tree, context.scratch, folder))) {
    const path = `${folder}/${name}`;
    if (kind === 'folder') problems.add(tooDeep(tree.display(folder), tree.display(path)));
    else if (isItemFile(context, path, name, kind)) {
      hasItem = true;
      yield path;
    }
  }
  if (!hasItem && folder.endsWith(ITEM_SUFFIX)) problems.add(folderInPlaceOfFile(tree.display(folder)));
}

function isItemFile(context: EncodeContext, path: string, name: string, kind: 'file' | 'link' | 'special'): boolean {
  const { tree, problems, strays } = context;
  if (kind !== 'file') problems.add(refusedEntry(tree.display(path), kind));
  else if (name.endsWith(ITEM_SUFFIX)) return true;
  else if (PART_LIKE.test(name)) problems.add(bundle(tree.display(path)));
  else if (!isHidden(name)) strays.add(path, kind);
  return false;
}

function tooDeep(outer: string, inner: string): DataError {
  return new DataError(
    `${inner} is a folder below ${outer}; items lie in items/ or one folder below, move them up or remove the folder`,
  );
}

function bundle(path: string): DataError {
  return new DataError(
    `${path} holds many items in one file, but the manifest says that each item has its own: they would be lost; take the manifest that belongs to them, or remove the file`,
  );
}
