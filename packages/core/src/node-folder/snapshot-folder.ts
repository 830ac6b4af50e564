import { realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { EnvironmentError, type Warn } from '@ekv/snapshot';
import { type KindInWords, kindInWords, look, lookThrough } from '@ekv/snapshot/publish';
import { listFolder } from '../files/folder-look.ts';
import { noFolder } from './no-snapshot.ts';
import { SNAPSHOT_FOLDER, TOKEN_FOLDER } from './node-layout.ts';

/** The snapshot folder of a node; docs/format/01-snapshot.md, sections 8.2 to 8.4. */
export interface SnapshotFolder {
  /** The folder that holds the `.fsm` files. */
  readonly path: string;
  /** Whether it has the name of a node's folder: then the node may be at work in it. */
  readonly isOfNode: boolean;
  /** The folder of the tokens beside it; `undefined` when there is none. */
  readonly tokens: string | undefined;
}

/** Finds the `fsm-snap` folder of a node: it is the folder given, or lies in it. Throws EnvironmentError. */
export function findSnapshotFolder(given: string): SnapshotFolder {
  if (lookThrough(given)?.isFile())
    throw new EnvironmentError(`${given} is a file, not the folder of a node; name a snapshot file with --input`);
  const path = folderAt(join(given, SNAPSHOT_FOLDER), 'the folder of snapshots') ?? given;
  if (lookThrough(path) === undefined) throw noFolder(given);
  // It says why it is none.
  listFolder(path);
  // By the real path: the folder may be given as `.`, or by a link to it.
  const real = realpathSync(path);
  const isOfNode = basename(real) === SNAPSHOT_FOLDER;
  const tokens = isOfNode ? folderAt(join(dirname(real), TOKEN_FOLDER), 'the folder of tokens') : undefined;
  return { path, isOfNode, tokens };
}

/** The tokens say which snapshots a node counts on; where none can be there, nothing says that a file is one of them. */
export function warnOfNoTokens({ path, isOfNode, tokens }: SnapshotFolder, warn: Warn | undefined): void {
  if (!isOfNode || tokens !== undefined) return;
  warn?.({
    event: 'no_token_folder',
    message: `${path} has no folder ${TOKEN_FOLDER} beside it, where a node keeps the tokens of its snapshots: what is there is taken by its name alone; copy both folders`,
    fields: {},
  });
}

/**
 * The folder at a path, or a link to one; `undefined` when nothing is there. Anything else is refused: taken for nothing, it would
 * switch off what the folder is there for. Throws EnvironmentError.
 */
function folderAt(path: string, what: string): string | undefined {
  const there = look(path);
  if (there === undefined) return undefined;
  const target = there.isSymbolicLink() ? lookThrough(path) : there;
  if (target?.isDirectory()) return path;
  const found = there.isSymbolicLink()
    ? `a symlink to ${target === undefined ? 'nothing' : kindInWords(target)}`
    : kindInWords(there);
  throw new EnvironmentError(
    `${path} is ${found}, where a node has ${what}; put the folder there, or name the file of a snapshot with --input`,
  );
}

/**
 * Names without `.fsm` of what has the name of a snapshot, 16 hex digits, the lowest index first. They need not be files: see
 * {@link IrregularSnapshotError}. Throws EnvironmentError.
 */
export function candidatesIn({ path }: SnapshotFolder): string[] {
  return listFolder(path)
    .filter((name) => /^[0-9a-f]{16}\.fsm$/.test(name))
    .map((name) => name.slice(0, -'.fsm'.length))
    .sort();
}

export function pathOf(folder: SnapshotFolder, candidate: string): string {
  return join(folder.path, `${candidate}.fsm`);
}

/** What to do when a candidate is refused, for an error message. An older one is never taken without being asked for. */
export function nextOlder(folder: SnapshotFolder, candidate: string): string {
  try {
    const older = candidatesIn(folder).filter((name) => name < candidate);
    const path = older.map((name) => pathOf(folder, name)).findLast((path) => look(path)?.isFile());
    return path === undefined ? 'there is no older one' : `the next older one is ${path}, pass it with --input`;
  } catch {
    // The error at hand says more than that the folder has gone meanwhile.
    return 'the folder cannot be read any more, so no older one can be named';
  }
}

/** What has the name of a snapshot is no regular file, so it is not read; nor is an older one silently in its place. */
export class IrregularSnapshotError extends EnvironmentError {
  static override readonly brand: string = 'IrregularSnapshotError';

  readonly path: string;
  readonly #kind: KindInWords;

  constructor(message: string, path: string, kind: KindInWords) {
    super(message);
    this.path = path;
    this.#kind = kind;
  }

  /** A folder can be no snapshot; anything else can be one, or lead to one. */
  get isFolder(): boolean {
    return this.#kind === 'a folder';
  }

  /** The same with what else to do. */
  withHint(hint: string): IrregularSnapshotError {
    return new IrregularSnapshotError(`${this.message}; ${hint}`, this.path, this.#kind);
  }
}

export function irregularSnapshot(path: string, kind: KindInWords): IrregularSnapshotError {
  return new IrregularSnapshotError(
    `${path} is ${kind}, where a node has a regular file; remove it when it is no snapshot, or name the file that you mean with --input`,
    path,
    kind,
  );
}
