import { isHashedFileName } from '@ekv/dump-tree';
import type { ItemKey } from '../layout/item-key.ts';
import { canBeNamed, collidingName, EMPTY_HASH_FOLDER, keyName, textName } from './key-names.ts';

/** Where DynamoDB data lies in a dump tree; docs/format/04-dynamodb.md, section 6.2. */
export const DYNAMODB_FOLDER = 'dynamodb';
export const SCHEMA_NAME = '_schema.json';
export const ITEMS_NAME = 'items';
export const ITEM_SUFFIX = '.json';
/**
 * Whether an entry that is no data is left out without a word: what file managers and editors leave.
 * docs/format/04-dynamodb.md, section 9.1, "left out silently".
 */
export function isHidden(name: string): boolean {
  return name.startsWith('.');
}

/** The folder of a table, as a byte string relative to the root. */
export function tableFolder(name: Buffer): string {
  return `${DYNAMODB_FOLDER}/${textName(name)}`;
}

/** Where an item lies below `items/`. */
export interface ItemPlace {
  /** Empty for a file in `items/` itself. */
  readonly folder: string;
  /** Without its suffix. */
  readonly name: string;
}

/** Where an item lies, unless another item lies there. */
export function itemPlace({ hash, range }: ItemKey): ItemPlace {
  if (range === undefined) return { folder: '', name: keyName(hash) };
  return { folder: keyName(hash), name: keyName(range) };
}

/** The path below `items/`. */
export function itemPath({ folder, name }: ItemPlace): string {
  return folder === '' ? `${name}${ITEM_SUFFIX}` : `${folder}/${name}${ITEM_SUFFIX}`;
}

/**
 * Whether decode could have put the item there, be it because another item had its ordinary place. Section 6.6.
 *
 * @param identity the parts of its key.
 * @param path below `items/`.
 */
export function isPathOf({ hash, range }: ItemKey, identity: Buffer, path: string): boolean {
  const slash = path.indexOf('/');
  const [folder, name] = [path.slice(0, Math.max(slash, 0)), path.slice(slash + 1, -ITEM_SUFFIX.length)];
  const isFolder =
    range === undefined
      ? slash === -1
      : canBeNamed(hash, folder) || (folder === EMPTY_HASH_FOLDER && canBeNamed(hash, ''));
  if (!isFolder) return false;
  const last = range ?? hash;
  return canBeNamed(last, name) || (isHashedFileName(name) && name === collidingName(identity, keyName(last)));
}
