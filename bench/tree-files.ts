import { closeSync, constants, openSync, readdirSync, readSync } from 'node:fs';

/** A folder and the regular files in it, path relative to the root with a `/` at its end, or empty. */
export interface Folder {
  readonly path: string;
  readonly files: readonly string[];
}

const BLOCK = 1 << 20;

/** All folders of a tree, each before what lies in it. */
export function listFolders(root: string): Folder[] {
  const folders: Folder[] = [];
  const waiting = [''];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    const files: string[] = [];
    for (const entry of readdirSync(`${root}/${path}`, { withFileTypes: true })) {
      if (entry.isFile()) files.push(entry.name);
      else if (entry.isDirectory()) waiting.push(`${path}${entry.name}/`);
    }
    folders.push({ path, files });
  }
  return folders;
}

export function countFiles(folders: readonly Folder[]): number {
  return folders.reduce((sum, { files }) => sum + files.length, 0);
}

/** The first half of the files and the rest, so that two threads share one folder at most. */
export function halves(folders: readonly Folder[]): [Folder[], Folder[]] {
  const first: Folder[] = [];
  const rest: Folder[] = [];
  let left = countFiles(folders) >> 1;
  for (const { path, files } of folders) {
    first.push({ path, files: files.slice(0, left) });
    rest.push({ path, files: files.slice(left) });
    left = Math.max(0, left - files.length);
  }
  return [first, rest];
}

/** Reads all files one after the other into a block that is used up when it is half full. Gives the number of bytes. */
export function readAll(root: string, folders: readonly Folder[], use: (block: Buffer) => void): number {
  const block = Buffer.allocUnsafeSlow(BLOCK);
  let used = 0;
  let bytes = 0;
  for (const { path, files } of folders) {
    const folder = `${root}/${path}`;
    for (const name of files) {
      const fd = openSync(folder + name, constants.O_RDONLY);
      for (;;) {
        const room = BLOCK - used;
        const read = readSync(fd, block, used, room, null);
        used += read;
        const isEnd = read < room;
        if (used > BLOCK / 2) {
          use(block.subarray(0, used));
          bytes += used;
          used = 0;
        }
        if (isEnd) break;
      }
      closeSync(fd);
    }
  }
  use(block.subarray(0, used));
  return bytes + used;
}
