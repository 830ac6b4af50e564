import { CHECKSUMS_NAME, type TreeFile, type TreeSource } from '@ekv/dump-tree';

const BLOCK = 1 << 20;
/** A digest of 64 digits and two blanks stand before a path, and a backslash before those of an escaped one. */
const PATH_AT = 66;
const [NEWLINE, SLASH, BACKSLASH] = [0x0a, 0x2f, 0x5c];
/** Longer names are no folder that is looked for. */
const LONGEST_FOLDER = 16;

/**
 * How many files the CHECKSUMS of a tree lists, by top-level folder: what an encode has to read, for its progress. Nothing
 * is checked; what cannot be read has no files.
 */
export function listedFiles(tree: TreeSource): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  try {
    const file = tree.openOptional(CHECKSUMS_NAME, 'left out');
    if (file === undefined) return counts;
    try {
      countLines(file, counts);
    } finally {
      file.close();
    }
  } catch {
    // Whoever reads it in earnest says what is wrong.
  }
  return counts;
}

function countLines(file: TreeFile, counts: Map<string, number>): void {
  const block = Buffer.allocUnsafeSlow(BLOCK);
  let kept = 0;
  for (let position = 0; ; ) {
    const read = file.read(position, block, kept, BLOCK - kept);
    if (read === 0) return;
    position += read;
    const end = kept + read;
    let start = 0;
    for (let at = block.indexOf(NEWLINE); at !== -1 && at < end; at = block.indexOf(NEWLINE, start)) {
      countLine(block, start, at, counts);
      start = at + 1;
    }
    kept = end - start;
    // No path is that long.
    if (kept === BLOCK) return;
    block.copyWithin(0, start, end);
  }
}

function countLine(block: Buffer, start: number, end: number, counts: Map<string, number>): void {
  const path = start + PATH_AT + (block[start] === BACKSLASH ? 1 : 0);
  const slash = block.indexOf(SLASH, path);
  if (slash === -1 || slash >= end || slash - path > LONGEST_FOLDER) return;
  const folder = block.toString('latin1', path, slash);
  counts.set(folder, (counts.get(folder) ?? 0) + 1);
}
