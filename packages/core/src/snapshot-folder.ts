import { lstatSync, readdirSync, readFileSync, realpathSync, type Stats, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import { crc32c, DataError, EnvironmentError, environmentError, type SnapshotSummary } from '@ekv/snapshot';

/** The snapshot folder of a node; docs/format/01-snapshot.md, sections 8.2 to 8.4. */
export interface SnapshotFolder {
  /** The folder that holds the `.fsm` files. */
  readonly path: string;
  /** The folder of the tokens beside it; `undefined` when there is none. */
  readonly tokens: string | undefined;
  /** Names of the snapshots without `.fsm`: 16 hex digits, the lowest index first. Not empty. */
  readonly candidates: readonly string[];
}

const SNAPSHOT_FOLDER = 'fsm-snap';
const TOKEN_FOLDER = 'snap';

/**
 * Finds the snapshots of a node in its `fsm-snap` folder, or in the data folder above it. Links, folders and other names
 * are no candidates. Throws EnvironmentError when there is none.
 */
export function openSnapshotFolder(given: string): SnapshotFolder {
  const inside = join(given, SNAPSHOT_FOLDER);
  const path = isFolder(inside) ? inside : given;
  const candidates = listFolder(path)
    .filter((name) => /^[0-9a-f]{16}\.fsm$/.test(name) && look(join(path, name))?.isFile())
    .map((name) => name.slice(0, -'.fsm'.length))
    .sort();
  if (candidates.length === 0) {
    throw new EnvironmentError(
      `${given} holds no snapshot: no file in it has a name of 16 hex digits and .fsm; name the node's fsm-snap folder, or the data folder above it`,
    );
  }
  return { path, tokens: tokensBeside(path), candidates };
}

/** By the real path: the folder may be given as `.`, or by a link to it. */
function tokensBeside(path: string): string | undefined {
  const real = realpathSync(path);
  const tokens = join(dirname(real), TOKEN_FOLDER);
  return basename(real) === SNAPSHOT_FOLDER && isFolder(tokens) ? tokens : undefined;
}

/**
 * Checks that a candidate is whole: its footer, and the token that the node keeps of it. Throws DataError, with the next
 * older candidate, which is never taken without being asked for.
 */
export function examineCandidate(folder: SnapshotFolder, candidate: string, summary: SnapshotSummary): void {
  const wrong = wrongFooter(summary) ?? wrongToken(folder, candidate, summary);
  if (wrong === undefined) return;
  throw new DataError(
    `${join(folder.path, `${candidate}.fsm`)} is not a whole snapshot: ${wrong}; ${nextOlder(folder, candidate)}`,
  );
}

/** What to do when a candidate is refused, for an error message. */
export function nextOlder(folder: SnapshotFolder, candidate: string): string {
  const older = folder.candidates[folder.candidates.indexOf(candidate) - 1];
  if (older === undefined) return 'there is no older one';
  return `the next older one is ${join(folder.path, `${older}.fsm`)}, pass it with --input`;
}

function wrongFooter(summary: SnapshotSummary): string | undefined {
  return summary.footer === 'none' ? 'it has no checksum footer, which a node always writes' : undefined;
}

function wrongToken(folder: SnapshotFolder, candidate: string, summary: SnapshotSummary): string | undefined {
  if (folder.tokens === undefined) return undefined;
  const name = listFolder(folder.tokens)
    .filter((entry) => new RegExp(`^[0-9a-f]{16}-${candidate}\\.snap$`).test(entry))
    .sort()
    .at(-1);
  if (name === undefined) return `${folder.tokens} holds no token of this index`;
  const path = join(folder.tokens, name);
  const token = parseToken(readToken(path));
  if (token === undefined) return `${path} is no snapshot token`;
  if (token.index !== BigInt(`0x${candidate}`)) return `its token ${path} is of index ${token.index}`;
  if (token.footer !== summary.footerCrc32c) {
    return `its token ${path} wants the checksum ${hex(token.footer)}, the file has ${hex(summary.footerCrc32c ?? 0)}`;
  }
  return undefined;
}

interface Token {
  readonly index: bigint;
  /** CRC-32C in the footer of the snapshot. */
  readonly footer: number;
}

const TOKEN_BYTES = 17;
const TOKEN_MAGIC = Buffer.from('EKVT\x01', 'latin1');

/** `undefined` for anything else than a token with a right checksum. Section 8.4. */
function parseToken(file: Uint8Array): Token | undefined {
  try {
    const outer = new BinaryReader(file);
    let checksum = -1;
    let message: Uint8Array | undefined;
    while (outer.pos < outer.len) {
      const [field, type] = outer.tag();
      if (field === 1 && type === WireType.Varint) checksum = outer.uint32();
      else if (field === 2 && type === WireType.LengthDelimited) message = outer.bytes();
      else outer.skip(type, field);
    }
    if (message === undefined || crc32c(message) !== checksum) return undefined;
    const inner = new BinaryReader(message);
    while (inner.pos < inner.len) {
      const [field, type] = inner.tag();
      if (field === 1 && type === WireType.LengthDelimited) return tokenOf(Buffer.from(inner.bytes()));
      inner.skip(type, field);
    }
    return undefined;
  } catch {
    return undefined;
  }
}

function tokenOf(bytes: Buffer): Token | undefined {
  if (bytes.length !== TOKEN_BYTES || !bytes.subarray(0, TOKEN_MAGIC.length).equals(TOKEN_MAGIC)) return undefined;
  return { index: bytes.readBigUInt64BE(TOKEN_MAGIC.length), footer: bytes.readUInt32BE(TOKEN_MAGIC.length + 8) };
}

/** A token is a few hundred bytes; old nodes kept whole snapshots in its place. */
const LARGEST_TOKEN = 1 << 20;

function readToken(path: string): Uint8Array {
  const stat = look(path);
  if (!stat?.isFile() || stat.size > LARGEST_TOKEN) return Buffer.alloc(0);
  try {
    return readFileSync(path);
  } catch (error) {
    throw environmentError(error, 'read', path);
  }
}

function listFolder(path: string): string[] {
  try {
    return readdirSync(path);
  } catch (error) {
    throw environmentError(error, 'list the folder', path);
  }
}

function isFolder(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
  } catch (error) {
    throw environmentError(error, 'look at', path);
  }
}

function look(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch (error) {
    throw environmentError(error, 'look at', path);
  }
}

function hex(value: number): string {
  return value.toString(16).padStart(8, '0');
}
