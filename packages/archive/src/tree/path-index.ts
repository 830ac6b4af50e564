import { displayPath } from '@ekv/dump-tree';
import { DataError, ExternalSorter, type ScratchFolder, SIDE_SORT_BYTES } from '@ekv/snapshot';
import { ScratchBytes } from './scratch-bytes.ts';

/** Where the bytes of a member are; a folder has none. */
export interface Located {
  readonly kind: 'file' | 'folder';
  readonly offset: number;
  readonly size: number;
}

/** A member in the order of an index. */
interface Entry extends Located {
  readonly key: string;
}

const FOLDER = 0;
const FILE = 1;
/** Kind, offset, size. */
const PAYLOAD_BYTES = 17;
/** Before an entry: the length of its key. */
const HEAD_BYTES = 2;
/** Bytes of entries that are read at once. */
const BLOCK_BYTES = 1 << 15;
/** Blocks that are held: an encode is at a few places of the tree at once. */
const HELD_BLOCKS = 8;

/** With NULs for slashes all that is below a folder comes right after it: "a", "a/b", "a-b". No path has a NUL. */
function keyOf(path: string): string {
  return path.replaceAll('/', '\0');
}

/** Takes the members of an archive in any order. Memory: a sort. */
export class PathIndexBuilder {
  readonly #scratch: ScratchFolder;
  readonly #sorter: ExternalSorter;

  constructor(scratch: ScratchFolder, arenaBytes = SIDE_SORT_BYTES) {
    this.#scratch = scratch;
    this.#sorter = new ExternalSorter({ scratch, arenaBytes });
  }

  /** @param path byte string of at most 4095 bytes, without NULs. */
  add(path: string, { kind, offset, size }: Located): void {
    const key = keyOf(path);
    const place = this.#sorter.reserve(key.length, PAYLOAD_BYTES);
    if (place === undefined) throw new RangeError(`a path of ${path.length} bytes is beyond every file system`);
    const { bytes, at } = place;
    const payload = at + bytes.write(key, at, 'latin1');
    bytes[payload] = kind === 'file' ? FILE : FOLDER;
    bytes.writeDoubleLE(offset, payload + 1);
    bytes.writeDoubleLE(size, payload + 9);
  }

  /** To be called once. Throws DataError for members that cannot stand beside each other: which was meant nobody knows. */
  build(): PathIndex {
    const rows = this.#sorter.sorted();
    const index = new PathIndex(this.#scratch);
    let before: Entry | undefined;
    try {
      while (rows.next()) {
        const { bytes, keyStart, keyEnd, payloadStart } = rows;
        const key = bytes.toString('latin1', keyStart, keyEnd);
        const kind = bytes[payloadStart] === FILE ? 'file' : 'folder';
        const isRepeatedFolder = before?.key === key && before.kind === 'folder' && kind === 'folder';
        if (isRepeatedFolder) continue;
        refuseClash(before, key, kind);
        index.append(bytes.subarray(keyStart, rows.payloadEnd), key);
        before = { key, kind, offset: 0, size: 0 };
      }
      index.finish();
      return index;
    } catch (error) {
      index.close();
      throw error;
    } finally {
      rows.close();
    }
  }

  /** Lets go of memory and scratch when no index is wanted. May be called twice, and after {@link build}. */
  close(): void {
    this.#sorter.close();
  }
}

function refuseClash(before: Entry | undefined, key: string, kind: Entry['kind']): void {
  if (before === undefined || !key.startsWith(before.key)) return;
  const isSame = key.length === before.key.length;
  const isBelowFile = before.kind === 'file' && key[before.key.length] === '\0';
  if (!isSame && !isBelowFile) return;
  const shown = displayPath(before.key.replaceAll('\0', '/'));
  throw new DataError(
    isSame && before.kind === kind
      ? `two members have the path "${shown}", and nobody knows which of them was meant; unpack the archive, and pack the dump again`
      : `"${shown}" is a file and a folder at once; unpack the archive, and pack the dump again`,
  );
}

/** A block of entries, as it is held. */
interface Block {
  readonly number: number;
  readonly entries: readonly Entry[];
}

/**
 * The members of an archive by path. They stand in a scratch file, sorted; in memory are the first path of each 32 KiB and the blocks
 * that were looked at last.
 */
export class PathIndex {
  readonly #bytes: ScratchBytes;
  readonly #firstKeys: string[] = [];
  readonly #starts: number[] = [];
  readonly #held: Block[] = [];
  readonly #buffer = Buffer.allocUnsafeSlow(2 * BLOCK_BYTES);
  #used = 0;

  constructor(scratch: ScratchFolder) {
    this.#bytes = new ScratchBytes(scratch, 'index');
  }

  /** For the builder: the next entry, key and payload. */
  append(entry: Buffer, key: string): void {
    if (this.#used + HEAD_BYTES + entry.length > BLOCK_BYTES) this.finish();
    if (this.#used === 0) {
      this.#firstKeys.push(key);
      this.#starts.push(this.#bytes.size);
    }
    this.#buffer.writeUInt16LE(key.length, this.#used);
    this.#used += HEAD_BYTES + entry.copy(this.#buffer, this.#used + HEAD_BYTES);
  }

  /** For the builder: after the last entry. */
  finish(): void {
    this.#bytes.append(this.#buffer.subarray(0, this.#used));
    this.#used = 0;
  }

  find(path: string): Located | undefined {
    const key = keyOf(path);
    const entry = this.#from(key).next().value;
    return entry?.key === key ? entry : undefined;
  }

  /** Whether something stands below a path. */
  hasBelow(path: string): boolean {
    const prefix = `${keyOf(path)}\0`;
    return this.#from(prefix).next().value?.key.startsWith(prefix) ?? false;
  }

  /** What stands in a folder, sorted; folders that are no members of their own too. */
  *entries(folder: string): Generator<{ readonly name: string; readonly kind: 'file' | 'folder' }> {
    const prefix = folder === '' ? '' : `${keyOf(folder)}\0`;
    let after = prefix;
    for (let isMore = true; isMore; ) {
      isMore = false;
      for (const { key, kind } of this.#from(after)) {
        if (!key.startsWith(prefix)) return;
        const end = key.indexOf('\0', prefix.length);
        const name = key.slice(prefix.length, end === -1 ? undefined : end);
        if (end === -1 && kind === 'file') yield { name, kind };
        else {
          yield { name, kind: 'folder' };
          // What is below it ends before this.
          after = `${prefix}${name}\x01`;
          isMore = true;
          break;
        }
      }
    }
  }

  /** May be called twice. */
  close(): void {
    this.#bytes.close();
    this.#held.length = 0;
  }

  /** Entries from the first one on that is not before a key. */
  *#from(key: string): Generator<Entry, undefined> {
    let number = Math.max(0, lowerBound(this.#firstKeys.length, (i) => this.#firstKeys[i]! > key) - 1);
    for (let isFirst = true; number < this.#starts.length; number++, isFirst = false) {
      const { entries } = this.#block(number);
      for (let i = isFirst ? lowerBound(entries.length, (at) => entries[at]!.key >= key) : 0; i < entries.length; i++)
        yield entries[i]!;
    }
    return undefined;
  }

  #block(number: number): Block {
    const at = this.#held.findIndex((block) => block.number === number);
    const block = at === -1 ? this.#read(number) : this.#held[at]!;
    if (at > 0) this.#held.splice(at, 1);
    if (at !== 0) this.#held.unshift(block);
    if (this.#held.length > HELD_BLOCKS) this.#held.pop();
    return block;
  }

  #read(number: number): Block {
    const start = this.#starts[number]!;
    const end = this.#starts[number + 1] ?? this.#bytes.size;
    this.#bytes.read(start, this.#buffer, end - start);
    const entries: Entry[] = [];
    for (let at = 0; at < end - start; at += PAYLOAD_BYTES) {
      const keyStart = at + HEAD_BYTES;
      at = keyStart + this.#buffer.readUInt16LE(at);
      entries.push({
        key: this.#buffer.toString('latin1', keyStart, at),
        kind: this.#buffer[at] === FILE ? 'file' : 'folder',
        offset: this.#buffer.readDoubleLE(at + 1),
        size: this.#buffer.readDoubleLE(at + 9),
      });
    }
    return { number, entries };
  }
}

/** The first number below `length` of which something is true that is true of all after it; `length` when there is none. */
function lowerBound(length: number, isTrue: (i: number) => boolean): number {
  let [low, high] = [0, length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isTrue(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
