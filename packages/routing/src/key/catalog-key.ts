import { prefixBytes } from './key-bytes.ts';

/** All rows of the catalog have keys that begin so. They lie together, whatever the ranges say of each. */
export const CATALOG_ROWS = '!dist|';
/** The row that says where the catalog lies: in the group of this key. */
export const CATALOG_VERSION_KEY: Uint8Array = prefixBytes('!dist|meta|version');
