import { readAhead } from '@ekv/adapter';
import { folderInPlaceOfFile, refusedEntry, type TreeSource } from '@ekv/dump-tree';
import { DataError, ExternalSorter, MAIN_SORT_BYTES, printable, type SortedRows } from '@ekv/snapshot';
import type { EncodeContext } from './encode-context.ts';
import { isInDoubt, keyOfName } from './key-names.ts';

/** A file of a type's folder. `key` is valid until the next one. */
export interface KeyFile {
  /** The Redis key. */
  key: Buffer;
  /** Byte string relative to the root of the tree. */
  path: string;
}

interface NamedFile extends KeyFile {
  /** Whether the file before stands for the same key. */
  isRepeated: boolean;
}

/**
 * The files of a folder with a suffix, in ascending order of the Redis keys that their names stand for, whatever the
 * order of the file system: so runs are repeatable, expiry sidecars can be merged in, and two names for one key meet.
 * The names are sorted on disk when they are many.
 *
 * @param family of the row that has the key of a file, for messages.
 */
export function* keyFiles(context: EncodeContext, family: string, folder: string, suffix: string): Generator<KeyFile> {
  const { tree, problems } = context;
  const names = sortedNames(context, folder, suffix);
  if (names === undefined) return;
  let firstPath = '';
  try {
    for (const file of namedFiles(tree, names, folder)) {
      if (file.isRepeated) {
        problems.add(twoNames(tree.display(firstPath), tree.display(file.path), `${family}${printable(file.key)}`));
        continue;
      }
      firstPath = file.path;
      yield file;
    }
  } finally {
    names.close();
  }
}

function namedFiles(tree: TreeSource, names: SortedRows, folder: string): Iterable<NamedFile> {
  if (!tree.mostExpected) return eachFile(names, folder);
  return readAhead(tree, heldFiles(names, folder), ({ path }) => {
    tree.expect?.(path);
    return 1;
  });
}

/** Files that are still there when the next one is asked for. */
function* heldFiles(names: SortedRows, folder: string): Generator<NamedFile> {
  for (const { key, path, isRepeated } of eachFile(names, folder)) yield { key: Buffer.from(key), path, isRepeated };
}

/** The same object is given for every file. */
function* eachFile(names: SortedRows, folder: string): Generator<NamedFile> {
  const file: NamedFile = { key: Buffer.alloc(0), path: '', isRepeated: false };
  while (names.next()) {
    file.key = names.bytes.subarray(names.keyStart, names.keyEnd);
    file.path = `${folder}/${names.bytes.toString('latin1', names.payloadStart, names.payloadEnd)}`;
    file.isRepeated = names.isRepeated();
    yield file;
  }
}

function sortedNames(context: EncodeContext, folder: string, suffix: string): SortedRows | undefined {
  const { tree, problems, strays, scratch } = context;
  if (problems.attempt(() => tree.isFolder(folder)) !== true) return undefined;
  const sorter = new ExternalSorter({ scratch, arenaBytes: MAIN_SORT_BYTES });
  for (const { name, kind } of problems.guard(tree.entries(folder))) {
    const path = `${folder}/${name}`;
    if (kind === 'link' || kind === 'special') problems.add(refusedEntry(tree.display(path), kind));
    else if (!name.endsWith(suffix)) strays.add(path, kind);
    else if (kind === 'folder') problems.add(folderInPlaceOfFile(tree.display(path)));
    else {
      const stem = name.slice(0, -suffix.length);
      const key = isInDoubt(context, stem) ? undefined : problems.attempt(() => keyOfFile(context, path, stem));
      if (key !== undefined) addName(sorter, key, name);
    }
  }
  return sorter.sorted();
}

function addName(sorter: ExternalSorter, key: Uint8Array, name: string): void {
  const slot = sorter.reserve(key.length, name.length);
  if (slot === undefined) return sorter.add(key, Buffer.from(name, 'latin1'));
  slot.bytes.set(key, slot.at);
  slot.bytes.write(name, slot.at + key.length, 'latin1');
}

function keyOfFile(context: EncodeContext, path: string, stem: string): Uint8Array {
  try {
    return keyOfName(context, stem);
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    throw new DataError(`${context.tree.display(path)}: ${error.message}`, { cause: error });
  }
}

function twoNames(first: string, second: string, key: string): DataError {
  const [one, other] = first < second ? [first, second] : [second, first];
  return new DataError(`duplicate key ${key}: ${one} and ${other} both stand for it; remove one of them`);
}
