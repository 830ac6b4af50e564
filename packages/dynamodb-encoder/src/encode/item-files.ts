import { readAhead } from '@ekv/adapter';
import { folderInPlaceOfFile, ROW_JSON, refusedEntry, type TreeSource } from '@ekv/dump-tree';
import { DataError } from '@ekv/snapshot';
import { PART_LIKE } from '../files/item-parts.ts';
import { ITEM_SUFFIX, isHidden } from '../files/paths.ts';
import type { EncodeContext } from './encode-context.ts';
import type { FoundItem } from './item-source.ts';
import { itemWalk, type Met } from './item-walk.ts';

/**
 * The items of a table of which each has a file: in `items/`, or one folder below, whatever its name is. Everything else is
 * reported. docs/format/04-dynamodb.md, section 9.1.
 *
 * @param folder `items/` of the table, a byte string relative to the root.
 */
export function* itemFiles(context: EncodeContext, folder: string): Generator<FoundItem> {
  const { tree, problems } = context;
  let path = '';
  const read = () => tree.read(path, ROW_JSON);
  for (path of itemPaths(context, folder)) {
    const text = problems.attempt(read);
    if (text !== undefined) yield { path, line: undefined, text, start: 0, end: text.length };
  }
}

function* itemPaths(context: EncodeContext, folder: string): Generator<string> {
  const { tree, problems } = context;
  if (problems.attempt(() => tree.isFolder(folder)) !== true) return;
  let hasItem = false;
  for (const met of readAhead(tree, itemWalk(context, folder), (met) => expectItem(tree, met))) {
    const { path, kind } = met;
    if (kind === 'unlisted') problems.add(met.error);
    else if (kind === 'end') {
      if (!hasItem && path.endsWith(ITEM_SUFFIX)) problems.add(folderInPlaceOfFile(tree.display(path)));
    } else if (kind !== 'folder') {
      if (!isItemFile(context, path, met.name, kind)) continue;
      hasItem = true;
      yield path;
    } else if (met.upper === folder) hasItem = false;
    else problems.add(tooDeep(tree.display(met.upper), tree.display(path)));
  }
}

function expectItem(tree: TreeSource, { path, kind, name }: Met): number {
  if (kind !== 'file' || !name.endsWith(ITEM_SUFFIX)) return 0;
  tree.expect?.(path);
  return 1;
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
