import { closeSync, fstatSync, openSync, type Stats } from 'node:fs';
import { DataError, EnvironmentError, environmentError, READ_NO_LINK, type Warn, type Warning } from '@ekv/snapshot';
import { kindInWords, look } from '@ekv/snapshot/publish';
import { pause } from '../files/folder-look.ts';
import { noSnapshot } from './no-snapshot.ts';
import {
  candidatesIn,
  IrregularSnapshotError,
  irregularSnapshot,
  nextOlder,
  pathOf,
  type SnapshotFolder,
  warnOfNoTokens,
} from './snapshot-folder.ts';
import { lookForToken, type SnapshotToken } from './snapshot-token.ts';

/** A snapshot of a node that is open: it stays readable whatever the node does. */
export interface OpenCandidate {
  /** 16 hex digits. */
  readonly name: string;
  readonly path: string;
  readonly fd: number;
  readonly token: TokenLook;
}

type TokenLook =
  | { readonly state: 'there'; readonly token: SnapshotToken }
  | { readonly state: 'not kept' }
  /** Or cut. `why` is for people. */
  | { readonly state: 'missing'; readonly why: string };

/** A candidate that could not be opened: it was gone by then, or the system refused. */
export interface UnopenedCandidate {
  readonly name: string;
  readonly path: string;
  readonly why: 'vanished' | Error;
}

/** How long a token that is missing or cut is looked for again, ms. docs/format/01-snapshot.md, section 8.2. */
export const TOKEN_PATIENCE_MS = 2000;

export interface NewestOptions {
  /** How long to look again, ms. */
  readonly patienceMs: number;
  /** A folder under the name of a newer snapshot is a doubt, or is refused. */
  readonly folders: 'passed over' | 'refused';
  readonly warn: Warn;
}

/**
 * Opens the newest snapshot of a folder together with its token. A node that is at work writes the file and then the token, and
 * removes the token and then the file: while one of both is missing, or no snapshot shows, the folder is looked at again.
 *
 * @param given the folder as the operator named it. Throws EnvironmentError when nothing can be opened, IrregularSnapshotError
 * when the newest is no file, DataError when a token is missing or cut to the end.
 */
export function openNewest(given: string, folder: SnapshotFolder, options: NewestOptions): OpenCandidate {
  const { patienceMs, warn } = options;
  const end = performance.now() + patienceMs;
  const vanished = new Set<string>();
  for (;;) {
    const isLast = performance.now() >= end;
    const { name, candidate, passedOver } = tryNewest(folder, options);
    if (candidate !== undefined && candidate.token.state !== 'missing') {
      if (vanished.size > 0) warn(chosenInstead(candidate, vanished));
      for (const one of passedOver) warn(folderPassedOver(one));
      warnOfNoTokens(folder, warn);
      return candidate;
    }
    if (candidate !== undefined) closeSync(candidate.fd);
    else if (name !== undefined) vanished.add(name);
    if (name === undefined && vanished.size === 0 && (isLast || !folder.isOfNode))
      throw passedOver[0] ?? noSnapshot(given);
    if (isLast) throw notOpened(given, folder, candidate, patienceMs);
    pause();
  }
}

interface NewestTried {
  /** `undefined` when there is none. */
  readonly name: string | undefined;
  /** `undefined` when it was gone by then. */
  readonly candidate: OpenCandidate | undefined;
  /** Folders under the names of newer ones. */
  readonly passedOver: readonly IrregularSnapshotError[];
}

function tryNewest(folder: SnapshotFolder, { folders }: NewestOptions): NewestTried {
  const passedOver: IrregularSnapshotError[] = [];
  for (const name of candidatesIn(folder).reverse()) {
    try {
      return { name, candidate: openCandidate(folder, name), passedOver };
    } catch (error) {
      if (!(error instanceof IrregularSnapshotError)) throw error;
      if (!error.isFolder || folders === 'refused') throw error.withHint(nextOlder(folder, name));
      passedOver.push(error);
    }
  }
  return { name: undefined, candidate: undefined, passedOver };
}

/** A folder can be no snapshot, nor lead to one: it is told, and needs not end the run. */
export function folderPassedOver({ message, path }: IrregularSnapshotError): Warning {
  return {
    event: 'snapshot_is_folder',
    message: `${message}; it was passed over`,
    fields: { snapshot: path },
    doubt: true,
  };
}

function notOpened(
  given: string,
  folder: SnapshotFolder,
  candidate: OpenCandidate | undefined,
  patienceMs: number,
): DataError | EnvironmentError {
  if (candidate?.token.state === 'missing') {
    return new DataError(
      `${candidate.path} is not a whole snapshot: ${stillMissing(candidate.token.why, patienceMs)}; ${nextOlder(folder, candidate.name)}`,
    );
  }
  return new EnvironmentError(
    `the snapshots in ${given} vanish before they can be opened, for ${patienceMs / 1000} s now; copy the folder with the node stopped, and decode the copy`,
  );
}

/** What is said of a token that did not come. */
export function stillMissing(why: string, patienceMs: number): string {
  return `${why}, nor did it come within ${patienceMs / 1000} s`;
}

function chosenInstead({ path }: OpenCandidate, vanished: ReadonlySet<string>) {
  const names = [...vanished].join(', ');
  return {
    event: 'snapshot_vanished',
    message: `the newest snapshot was removed before it could be opened (${names}), as a node at work does; the newest that is there now is decoded: ${path}`,
    fields: { count: vanished.size, snapshot: path },
  };
}

/**
 * Opens several snapshots of a folder, all before any of them is read, so that none goes while another one is decoded. To be closed
 * by the caller. Tokens that are missing are waited for together.
 */
export function openAll(
  folder: SnapshotFolder,
  names: readonly string[],
  patienceMs: number,
): Array<OpenCandidate | UnopenedCandidate> {
  const opened = names.map((name) => attemptOpen(folder, name));
  for (const end = performance.now() + patienceMs; opened.some(isWaiting) && performance.now() < end; ) {
    pause();
    for (const [i, candidate] of opened.entries()) if (isWaiting(candidate)) opened[i] = lookAgain(folder, candidate);
  }
  return opened;
}

function isWaiting(candidate: OpenCandidate | UnopenedCandidate): candidate is OpenCandidate {
  return 'fd' in candidate && candidate.token.state === 'missing';
}

/** A file that was on its way out when it was opened has lost its token for ever. */
function lookAgain(folder: SnapshotFolder, candidate: OpenCandidate): OpenCandidate | UnopenedCandidate {
  const { name, path, fd } = candidate;
  const token = tokenOf(folder, name);
  if (token.state !== 'missing' || look(path)?.ino === fstatSync(fd).ino) return { ...candidate, token };
  closeSync(fd);
  return { name, path, why: 'vanished' };
}

function attemptOpen(folder: SnapshotFolder, name: string): OpenCandidate | UnopenedCandidate {
  const path = pathOf(folder, name);
  try {
    return openCandidate(folder, name) ?? { name, path, why: 'vanished' };
  } catch (error) {
    return { name, path, why: error as Error };
  }
}

/**
 * The file first: as long as its token is there afterwards, it was whole. `undefined` when it is gone. Throws
 * IrregularSnapshotError for what is no regular file.
 */
function openCandidate(folder: SnapshotFolder, name: string): OpenCandidate | undefined {
  const path = pathOf(folder, name);
  // Before it is opened: that alone would wake who waits at the other end of a pipe.
  const there = look(path);
  if (there === undefined) return undefined;
  refuseIrregular(path, there);
  const fd = open(path);
  if (fd === undefined) return undefined;
  try {
    refuseIrregular(path, fstatSync(fd));
    return { name, path, fd, token: tokenOf(folder, name) };
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

function refuseIrregular(path: string, stat: Stats): void {
  if (!stat.isFile()) throw irregularSnapshot(path, kindInWords(stat));
}

/** `undefined` when it has gone since it was looked at. */
function open(path: string): number | undefined {
  try {
    return openSync(path, READ_NO_LINK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    throw code === 'ELOOP' ? irregularSnapshot(path, 'a symlink') : environmentError(error, 'read', path);
  }
}

function tokenOf({ tokens }: SnapshotFolder, name: string): TokenLook {
  if (tokens === undefined) return { state: 'not kept' };
  const found = lookForToken(tokens, name);
  return typeof found === 'string' ? { state: 'missing', why: found } : { state: 'there', token: found };
}
