import { type Dirent, lstatSync, readdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { fewOf } from '@ekv/snapshot';
import { CHECKSUMS_NAME, MANIFEST_NAME } from '../checksums/checksums.ts';
import { removeTree } from './remove-tree.ts';

const FILES = new Set([MANIFEST_NAME, CHECKSUMS_NAME]);
const FOLDERS = new Set(['redis', 'dynamodb', 's3', 'sqs', 'ekv']);

/** Names in the root of a folder that no dump has there, sorted; docs/format/02-dump-tree.md, section 1. */
export function foreignEntries(root: string): string[] {
  return readdirSync(root, { withFileTypes: true })
    .filter((entry) => !isOfDump(entry))
    .map(({ name }) => name)
    .sort();
}

/** Whether a folder has a manifest, and nothing but what a dump has. */
export function isDump(root: string): boolean {
  const entries = readdirSync(root, { withFileTypes: true });
  return entries.every(isOfDump) && entries.some(({ name }) => name === MANIFEST_NAME);
}

/** Whether a name is one that a dump has in its root. */
export function isNameOfDump(name: unknown): boolean {
  return FOLDERS.has(name as string) || FILES.has(name as string);
}

/** Names for people: a few and a count. */
export function fewNames(names: readonly string[], most = 5): string {
  const shown = names.slice(0, most).map((name) => (/^[!-~]+$/.test(name) ? name : JSON.stringify(name)));
  return fewOf(shown, names.length);
}

/** Removes what a dump has; the folder itself only when nothing else is in it, else ENOTEMPTY is thrown. */
export function removeDump(root: string): void {
  if (lstatSync(root, { throwIfNoEntry: false }) === undefined) return;
  for (const name of [...FOLDERS, ...FILES]) removeTree(join(root, name));
  rmdirSync(root);
}

function isOfDump(entry: Dirent): boolean {
  return entry.isDirectory() ? FOLDERS.has(entry.name) : entry.isFile() && FILES.has(entry.name);
}
