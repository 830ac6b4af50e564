import { closeSync, lstatSync, openSync, readdirSync, readFileSync, readSync, statSync } from 'node:fs';
import { normalForm } from './normal-form.ts';

/** What a path (a byte string) holds, following links; undefined when there is nothing. */
function kindOf(path: string): 'file' | 'folder' | undefined {
  const stat = statSync(Buffer.from(path, 'latin1'), { throwIfNoEntry: false });
  return stat === undefined ? undefined : stat.isDirectory() ? 'folder' : 'file';
}

/** True when the path (a byte string) is there, a broken link too. */
export function exists(path: string): boolean {
  return lstatSync(Buffer.from(path, 'latin1'), { throwIfNoEntry: false }) !== undefined;
}

/** All files below a folder, relative path to full path, both byte strings. Empty for anything but a folder. */
function filesBelow(root: string): Map<string, string> {
  const found = new Map<string, string>();
  const walk = (folder: string): void => {
    for (const entry of readdirSync(Buffer.from(folder, 'latin1'), { withFileTypes: true, encoding: 'buffer' })) {
      const name = entry.name.toString('latin1');
      const path = `${folder}/${name}`;
      if (entry.isDirectory()) walk(path);
      else if (entry.isSymbolicLink() && kindOf(path) === 'folder') continue;
      else if (name !== '.keep') found.set(path.slice(root.length + 1), path);
    }
  };
  if (kindOf(root) === 'folder') walk(root);
  return found;
}

/** Compares a result with what is wanted (byte strings): undefined when equal, else one line that says what differs. */
export function difference(got: string, want: string): string | undefined {
  if (kindOf(want) === 'folder') return folderDifference(filesBelow(got), filesBelow(want), exists(got));
  if (!exists(got)) return 'missing';
  return fileDifference(normalForm(got), normalForm(want));
}

function folderDifference(got: Map<string, string>, want: Map<string, string>, gotExists: boolean): string | undefined {
  if (!gotExists) return want.size === 0 ? undefined : 'missing';
  for (const name of [...new Set([...got.keys(), ...want.keys()])].sort()) {
    const gotPath = got.get(name);
    const wantPath = want.get(name);
    if (gotPath === undefined) return `missing ${name}`;
    if (wantPath === undefined) return `unexpected ${name}`;
    if (normalForm(gotPath) !== normalForm(wantPath)) return `bytes differ in ${name}`;
  }
  return undefined;
}

function fileDifference(got: string, want: string): string | undefined {
  if (got === want) return undefined;
  const shorter = Math.min(got.length, want.length);
  let at = 0;
  while (at < shorter && got[at] === want[at]) at++;
  return `${got.length} bytes, expected ${want.length}, first difference at offset ${at}`;
}

/** Checks that a file (a byte string) has `size` bytes, begins with the bytes of `head`, and is zero after them. */
export function headDifference(got: string, head: string, size: number): string | undefined {
  const stat = statSync(Buffer.from(got, 'latin1'), { throwIfNoEntry: false });
  if (!stat?.isFile() || stat.size !== size) return `missing or not ${size} bytes`;
  const first = readFileSync(Buffer.from(head, 'latin1'));
  return startsWithThenZeros(got, first) ? undefined : `differs from ${head} followed by zeros`;
}

function startsWithThenZeros(path: string, first: Buffer): boolean {
  const fd = openSync(Buffer.from(path, 'latin1'), 'r');
  try {
    const start = Buffer.alloc(first.length);
    if (readSync(fd, start, 0, start.length, 0) !== first.length || !start.equals(first)) return false;
    const piece = Buffer.alloc(1 << 20);
    const zeros = Buffer.alloc(piece.length);
    for (let at = first.length; ; ) {
      const length = readSync(fd, piece, 0, piece.length, at);
      if (length === 0) return true;
      if (!piece.subarray(0, length).equals(zeros.subarray(0, length))) return false;
      at += length;
    }
  } finally {
    closeSync(fd);
  }
}
