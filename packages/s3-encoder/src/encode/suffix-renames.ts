import { JsonReader, type KeymapRecord, LineReader, readKeymapRecord, type TreeSource } from '@ekv/dump-tree';
import { keyTraits, NEEDS_SWITCH } from '../files/key-traits.ts';
import { roomIn } from '../files/object-path.ts';
import { KEYMAP_FILE, S3_FOLDER, SIDECAR_SUFFIX } from '../files/paths.ts';
import { LONGEST_LINE } from './bucket-keymap.ts';

/**
 * Whether a key map of the tree has a record that decode makes only with `--rename-collisions`: then the tree was decoded
 * with renames, even if its manifest does not say so. docs/format/08-cli.md, section 6.2. Throws DataError for a key map that encode refuses.
 */
export function hasSuffixRenames(tree: TreeSource): boolean {
  if (!tree.isFolder(S3_FOLDER)) return false;
  for (const { name, kind } of tree.entries(S3_FOLDER)) {
    if (kind === 'folder' && hasSuffixRename(tree, `${S3_FOLDER}/${name}`)) return true;
  }
  return false;
}

function hasSuffixRename(tree: TreeSource, folder: string): boolean {
  const path = `${folder}/${KEYMAP_FILE}`;
  let isKeymap = false;
  for (const { name, kind } of tree.entries(folder)) {
    if (kind !== 'file') continue;
    if (name === KEYMAP_FILE) isKeymap = true;
    else if (name === KEYMAP_FILE + SIDECAR_SUFFIX) return false;
  }
  const file = isKeymap ? tree.openOptional(path, 'recorded of JSON') : undefined;
  if (file === undefined) return false;
  try {
    const lines = new LineReader(file, LONGEST_LINE);
    const reader = new JsonReader();
    while (lines.next()) {
      reader.reset(file.name, lines.bytes, lines.start, lines.end, { line: lines.number });
      if (needsSwitch(readKeymapRecord(reader), roomIn(folder))) return true;
    }
    return false;
  } finally {
    file.close();
  }
}

function needsSwitch({ kind, original }: KeymapRecord, room: number): boolean {
  if (kind !== 'sha-fallback') return kind === 'meta-suffix-rename';
  return (keyTraits(Buffer.from(original), room) & NEEDS_SWITCH) !== 0;
}
