import { ADAPTER_NAMES } from '../run/adapter-list.ts';

/** The folders of a dump whose files CHECKSUMS lists, beside MANIFEST.json; docs/format/02-dump-tree.md, section 4. */
export const LISTED_FOLDERS: readonly string[] = [...ADAPTER_NAMES, 'ekv'];
