import { refusedEntry } from '@ekv/dump-tree';
import { DataError } from '@ekv/snapshot';
import { BUNDLE_NAME, ITEM_SUFFIX } from '../files/paths.ts';
import type { EncodeContext } from './encode-context.ts';
import { sortedEntries } from './sorted-entries.ts';

/**
 * Paths of the item files of a table: in `items/`, or one folder below, whatever their names are. Everything else is
 * reported. docs/format/04-dynamodb.md, section 9.1.
 */
export function* itemFiles(context: EncodeContext, itemsFolder: string): Generator<string> {
  const { tree, problems } = context;
  if (problems.attempt(() => tree.isFolder(itemsFolder)) !== true) return;
  for (const { name, kind } of sortedEntries(tree, context.scratch, itemsFolder)) {
    const path = `${itemsFolder}/${name}`;
    if (kind === 'folder') yield* filesOfFolder(context, path);
    else if (isItemFile(context, path, name, kind)) yield path;
  }
}

function* filesOfFolder(context: EncodeContext, folder: string): Generator<string> {
  const { tree, problems } = context;
  for (const { name, kind } of sortedEntries(tree, context.scratch, folder)) {
    const path = `${folder}/${name}`;
    if (kind === 'folder') problems.add(tooDeep(tree.display(folder), tree.display(path)));
    else if (isItemFile(context, path, name, kind)) yield path;
  }
}

function isItemFile(context: EncodeContext, path: string, name: string, kind: 'file' | 'link' | 'special'): boolean {
  const { tree, problems, strays } = context;
  if (kind !== 'file') problems.add(refusedEntry(tree.display(path), kind));
  else if (name.endsWith(ITEM_SUFFIX)) return true;
  else if (BUNDLE_NAME.test(name)) problems.add(bundle(tree.display(path)));
  else if (!name.startsWith('.')) strays.add(path, kind);
  return false;
}

function tooDeep(outer: string, inner: string): DataError {
  return new DataError(
    `${inner} is a folder below ${outer}; items lie in items/ or one folder below, move them up or remove the folder`,
  );
}

function bundle(path: string): DataError {
  return new DataError(
    `${path} holds many items in one file, which encode does not read: they would be lost; decode the snapshot again with one file per item, or remove it`,
  );
}
