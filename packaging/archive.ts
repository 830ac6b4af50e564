import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';

const BLOCK = 512;

/** Unpacks an archive of `pnpm pack` into a folder; there are only plain files in it. @returns their paths, relative. */
export function unpack(archive: string, folder: string): string[] {
  const bytes = gunzipSync(readFileSync(archive));
  const paths: string[] = [];
  for (let at = 0; bytes[at] !== 0 && at < bytes.length; ) {
    const text = (start: number, length: number) =>
      bytes.toString('utf8', at + start, at + start + length).split('\0', 1)[0]!;
    const size = Number.parseInt(text(124, 12), 8);
    const type = text(156, 1);
    if (type !== '0' && type !== '') throw new Error(`${archive} has an entry of type ${type}`);
    const name = [text(345, 155), text(0, 100)].filter((part) => part !== '').join('/');
    const path = name.replace(/^package\//, '');
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes.subarray(at + BLOCK, at + BLOCK + size));
    paths.push(path);
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
  return paths;
}
