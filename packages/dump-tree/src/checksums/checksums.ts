import { type ByteSink, ExternalSorter, type ScratchFolder, SIDE_SORT_BYTES } from '@ekv/snapshot';

/** Names of the two files that make a tree complete; written last. */
export const MANIFEST_NAME = 'MANIFEST.json';
export const CHECKSUMS_NAME = 'CHECKSUMS';

const BLOCK = 1 << 20;

/** One line of CHECKSUMS. @param path byte string. docs/format/02-dump-tree.md, section 4.1. */
export function checksumLine(path: string, sha256: string): string {
  const escaped = escapePath(path);
  return `${escaped === path ? '' : '\\'}${sha256}  ${escaped}\n`;
}

/** A path with line feed, carriage return and backslash escaped as in CHECKSUMS. */
export function escapePath(path: string): string {
  return path.replace(/[\n\r\\]/g, (character) => (character === '\n' ? '\\n' : character === '\r' ? '\\r' : '\\\\'));
}

/** Takes the escapes of {@link escapePath} back; `undefined` when there is any other. */
export function unescapePath(escaped: string): string | undefined {
  if (!/^(?:[^\\]|\\[nr\\])*$/.test(escaped)) return undefined;
  return escaped.replace(/\\[nr\\]/g, (pair) => (pair === '\\n' ? '\n' : pair === '\\r' ? '\r' : '\\'));
}

/** Collects the digests of files as they are written, and gives the lines of CHECKSUMS sorted by path, in bounded memory. */
export class ChecksumsWriter {
  readonly #sorter: ExternalSorter;

  constructor(scratch: ScratchFolder, arenaBytes = SIDE_SORT_BYTES) {
    this.#sorter = new ExternalSorter({ scratch, arenaBytes });
  }

  /** @param path byte string relative to the root. @param sha256 64 lower-case hex digits. */
  add(path: string, sha256: string): void {
    const place = this.#sorter.reserve(path.length, DIGEST_BYTES);
    if (place === undefined) throw new RangeError(`a path of ${path.length} bytes is beyond every file system`);
    place.bytes.write(path, place.at, 'latin1');
    place.bytes.write(sha256, place.at + path.length, 'hex');
  }

  /** Writes all lines. To be called once. */
  writeTo(sink: ByteSink): void {
    const rows = this.#sorter.sorted();
    let lines: string[] = [];
    let waiting = 0;
    while (rows.next()) {
      const path = rows.bytes.toString('latin1', rows.keyStart, rows.keyEnd);
      const line = checksumLine(path, rows.bytes.toString('hex', rows.payloadStart, rows.payloadEnd));
      lines.push(line);
      waiting += line.length;
      if (waiting < BLOCK) continue;
      sink.write(Buffer.from(lines.join(''), 'latin1'));
      lines = [];
      waiting = 0;
    }
    rows.close();
    if (waiting > 0) sink.write(Buffer.from(lines.join(''), 'latin1'));
  }

  /** Lets go of memory and scratch when no lines are wanted; may be called twice, and after {@link writeTo}. */
  close(): void {
    this.#sorter.close();
  }
}

const DIGEST_BYTES = 32;
