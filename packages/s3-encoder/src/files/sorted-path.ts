const SLASH = 0x2f;

/** A path as bytes in which `/` is the lowest one, so that what is in a folder follows the folder's own name in order. */
export function sortedPath(path: string): Buffer {
  const bytes = Buffer.from(path, 'latin1');
  for (let i = bytes.indexOf(SLASH); i !== -1; i = bytes.indexOf(SLASH, i + 1)) bytes[i] = 0;
  return bytes;
}

/** Takes {@link sortedPath} back. */
export function pathOf(sorted: Buffer): string {
  return sorted.toString('latin1').replaceAll('\0', '/');
}

/** Whether the path is in the folder that bears the other one's name. Both as sorted. */
export function isInside(folder: Buffer, path: Buffer): boolean {
  return path.length > folder.length && path[folder.length] === 0 && folder.compare(path, 0, folder.length) === 0;
}
