import { basename, dirname, resolve } from 'node:path';
import { parseGroupId } from '@ekv/routing';
import { UsageError } from '@ekv/snapshot';
import { GROUP_FOLDER, SNAPSHOT_FOLDER } from '../node-folder/node-layout.ts';

/** The snapshot of one Raft group. */
export interface GroupFile {
  /** Path of the file, or `-` for standard input. */
  readonly path: string;
  /** Id of its group. Left out: that of a folder `group-<id>` above it, or the one that its routes give. */
  readonly group?: bigint | undefined;
}

/** Inputs that are read together; each of them stays open. */
export const MOST_INPUTS = 256;

/**
 * A file as a command line names it: `FILE`, or `N=FILE` with the number of its group. A file with such a name is written `./1=x`.
 * docs/format/08-cli.md, section 2.1.
 *
 * @param flag by which it was given. @throws UsageError for a number that no group with rows has.
 */
export function parseGroupFile(text: string, flag = '--input'): GroupFile {
  const [, digits, path] = /^([0-9]+)=(.*)$/s.exec(text) ?? [];
  if (digits === undefined || path === undefined) return { path: text };
  const group = parseGroupId(digits);
  if (group === undefined || group === 0n)
    throw new UsageError(
      `${flag} ${text}: ${digits} is the number of no group that holds rows; write ./${text} when it is the name of a file`,
    );
  if (path === '') throw new UsageError(`${flag} ${text}: no file is named after the number; the form is N=FILE`);
  return { path, group };
}

/** The group whose folder a file lies in, directly or in its folder of snapshots; nothing when the folders do not say. */
export function groupOfPath(path: string): bigint | undefined {
  if (path === '-') return undefined;
  const folder = dirname(resolve(path));
  const name = basename(basename(folder) === SNAPSHOT_FOLDER ? dirname(folder) : folder);
  return groupOfFolder(name);
}

/** The group of a folder by its name, `group-<id>`; nothing for other names, and for a number with a leading zero. */
export function groupOfFolder(name: string): bigint | undefined {
  const digits = GROUP_FOLDER.test(name) ? name.slice('group-'.length) : '';
  return digits.length > 1 && digits.startsWith('0') ? undefined : parseGroupId(digits);
}

/** Throws UsageError for files that cannot be read together. */
export function checkGroupFiles(files: readonly GroupFile[]): void {
  if (files.length === 0 || files.some(({ path }) => path === ''))
    throw new UsageError('--input is required: name the snapshot file');
  if (files.length > MOST_INPUTS)
    throw new UsageError(`${files.length} snapshots were given, and up to ${MOST_INPUTS} can be read together`);
  if (files.filter(({ path }) => path === '-').length > 1)
    throw new UsageError('--input - was given more than once; standard input holds one snapshot');
  const places = new Set<string>();
  for (const { path } of files) {
    const place = resolve(path);
    if (places.has(place))
      throw new UsageError(`--input ${path} was given more than once; give the file of each group once`);
    places.add(place);
  }
}
