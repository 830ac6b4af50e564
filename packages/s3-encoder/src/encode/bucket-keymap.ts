import { JsonReader, type KeymapRecord, LineReader, readKeymapRecord, repairedUtf8 } from '@ekv/dump-tree';
import {
  DataError,
  ExternalSorter,
  type FindingKind,
  MAIN_SORT_BYTES,
  printable,
  type SortedRows,
} from '@ekv/snapshot';
import { fallbackPaths, roomIn } from '../files/object-path.ts';
import {
  BUCKET_FILE,
  KEYMAP_FILE,
  LEAF_SUFFIX,
  ORPHANS_FOLDER,
  SIDECAR_SUFFIX,
  UPLOADS_FOLDER,
  USER_DATA_SUFFIX,
} from '../files/paths.ts';
import { sortedPath } from '../files/sorted-path.ts';
import { ORDINAL_BYTES, readOrdinal, writeOrdinal } from '../layout/ordinals.ts';
import type { EncodeContext } from './encode-context.ts';

/** Bytes of a line of a key map, without the line feed. */
export const LONGEST_LINE = 4_194_303;

const OTHER_NAME: FindingKind = {
  event: 's3_keymap_other_name',
  says: 'key map lines give names other than those that decode makes',
  advice: 'they count as they are',
};

/**
 * The originals of a bucket's renamed objects, given out in the order of their paths: all lines are checked and sorted,
 * on disk when they are many. docs/format/05-s3.md, section 8.
 */
export class BucketKeymap {
  readonly #context: EncodeContext;
  readonly #path: string;
  /** For paths in the bucket's folder. */
  readonly #room: number;
  readonly #rows: SortedRows;
  #present: boolean;

  /** @param folder of the bucket. Problems of lines are collected. */
  constructor(context: EncodeContext, folder: string) {
    this.#context = context;
    this.#path = `${folder}/${KEYMAP_FILE}`;
    this.#room = roomIn(folder);
    const sorter = new ExternalSorter({ scratch: context.scratch, arenaBytes: MAIN_SORT_BYTES });
    this.#readLines(sorter);
    if (sorter.count > 0) context.keymapProof.needs(this.#path);
    this.#rows = sorter.sorted();
    this.#present = this.#rows.next();
  }

  /** The original key of the body at a path below the bucket's folder; `undefined` when it is its own. Paths must ascend as sorted. */
  originalOf(path: string): Buffer | undefined {
    if (!this.#present) return undefined;
    const wanted = sortedPath(path);
    while (this.#present) {
      const order = this.#compare(wanted);
      if (order > 0) return undefined;
      if (order === 0) return this.#take();
      this.#reportMissing();
      this.#present = this.#rows.next();
    }
    return undefined;
  }

  /** Complains of lines whose files never came. */
  finish(): void {
    for (; this.#present; this.#present = this.#rows.next()) this.#reportMissing();
  }

  /** Lets go of memory and scratch; may be called twice. */
  close(): void {
    this.#rows.close();
  }

  #compare(wanted: Buffer): number {
    const { bytes, keyStart, keyEnd } = this.#rows;
    return -wanted.compare(bytes, keyStart, keyEnd);
  }

  #take(): Buffer {
    const rows = this.#rows;
    const path = Buffer.from(rows.bytes.subarray(rows.keyStart, rows.keyEnd));
    const original = Buffer.from(rows.bytes.subarray(rows.payloadStart + ORDINAL_BYTES, rows.payloadEnd));
    const line = this.#line;
    for (this.#present = rows.next(); this.#present && this.#compare(path) === 0; this.#present = rows.next()) {
      this.#complain(
        this.#line,
        `the file "${this.#shownPath()}" is also that of line ${line}; each file has one line`,
      );
    }
    return original;
  }

  get #line(): number {
    return readOrdinal(this.#rows.bytes, this.#rows.payloadStart);
  }

  #shownPath(): string {
    const { bytes, keyStart, keyEnd } = this.#rows;
    return printable(Buffer.from(bytes.toString('latin1', keyStart, keyEnd).replaceAll('\0', '/'), 'latin1'));
  }

  #reportMissing(): void {
    this.#complain(
      this.#line,
      `there is no regular file "${this.#shownPath()}" in the bucket's folder; restore it, or remove the line`,
    );
  }

  #complain(line: number, rule: string): void {
    const { tree, problems } = this.#context;
    problems.add(new DataError(`${tree.display(this.#path)}:${line}: ${rule}`));
  }

  #readLines(sorter: ExternalSorter): void {
    const { tree, problems } = this.#context;
    const file = problems.attempt(() => tree.openOptional(this.#path, 'recorded of JSON'));
    if (file === undefined) return;
    try {
      const lines = new LineReader(file, LONGEST_LINE);
      const reader = new JsonReader();
      while (problems.attempt(() => lines.next()) === true) {
        problems.attempt(() => {
          reader.reset(file.name, lines.bytes, lines.start, lines.end, { line: lines.number });
          this.#addLine(sorter, readKeymapRecord(reader), lines.number);
        });
      }
    } finally {
      file.close();
    }
  }

  #addLine(sorter: ExternalSorter, record: KeymapRecord, line: number): void {
    const fault = faultOf(record);
    if (fault !== undefined) return this.#complain(line, fault);
    const original = Buffer.from(record.original).toString('latin1');
    const made =
      record.kind === 'sha-fallback' ? fallbackPaths(original, this.#room) : [original + suffixOf(record.kind)];
    const meant = made.find((path) => repairedUtf8(Buffer.from(path, 'latin1')).toString('latin1') === record.encoded);
    if (meant === undefined) {
      if (record.kind !== 'sha-fallback') return this.#complain(line, notTogether(record));
      this.#warnOfOtherName(record, line, made[0]);
    }
    const payload = Buffer.allocUnsafe(ORDINAL_BYTES + record.original.length);
    writeOrdinal(payload, 0, line);
    payload.set(record.original, ORDINAL_BYTES);
    sorter.add(sortedPath(meant ?? record.encoded), payload);
  }

  #warnOfOtherName(record: KeymapRecord, line: number, made: string | undefined): void {
    const { tree, findings } = this.#context;
    findings.add(OTHER_NAME, () => {
      const wanted =
        made === undefined ? 'decode would keep the key as its path' : `decode would write "${shown(made)}"`;
      return `${tree.display(this.#path)}:${line}: "${shown(record.encoded)}" stands for "${printable(record.original)}"; ${wanted}`;
    });
  }
}

function suffixOf(kind: string): string {
  return kind === 's3-leaf-data' ? LEAF_SUFFIX : USER_DATA_SUFFIX;
}

function notTogether(record: KeymapRecord): string {
  return `a record of kind "${record.kind}" must have as "encoded" the original and ${suffixOf(record.kind)}; "${shown(record.encoded)}" is not "${printable(record.original)}" with it`;
}

/** What is wrong with a line, whatever files there are. */
function faultOf({ encoded, original, kind }: KeymapRecord): string | undefined {
  if (kind !== 's3-leaf-data' && kind !== 'meta-suffix-rename' && kind !== 'sha-fallback')
    return `the kind ${JSON.stringify(kind)} is none of s3-leaf-data, meta-suffix-rename, sha-fallback`;
  if (original.length === 0) return '"original" must not be empty';
  return encodedFault(encoded) ?? (kind === 'sha-fallback' ? undefined : originalFault(original, kind));
}

function encodedFault(encoded: string): string | undefined {
  const rule = pathFault(encoded);
  if (rule !== undefined) return `"encoded" ${rule}: "${shown(encoded)}"`;
  if (encoded.endsWith(SIDECAR_SUFFIX)) return `"encoded" is the path of a sidecar: "${shown(encoded)}"`;
  if (encoded === BUCKET_FILE || encoded === KEYMAP_FILE) return `"encoded" must not be ${encoded}`;
  return undefined;
}

function originalFault(original: Uint8Array, kind: string): string | undefined {
  const key = Buffer.from(original).toString('latin1');
  const rule = pathFault(key);
  if (rule !== undefined) return `the original "${printable(original)}" ${rule}, which no record of kind "${kind}" has`;
  if (kind === 'meta-suffix-rename' && !key.endsWith(SIDECAR_SUFFIX))
    return `the original "${printable(original)}" does not end in ${SIDECAR_SUFFIX}, so it was not renamed for that`;
  return undefined;
}

/** Why a byte string cannot be the path of an object that was not given another one. */
function pathFault(path: string): string | undefined {
  if (path.includes('\0')) return 'has a zero byte';
  if (path.includes('\\')) return 'has a backslash';
  if (path.split('/').some((segment) => /^\.{0,2}$/.test(segment))) return 'has an empty segment, "." or ".."';
  const first = path.slice(0, `${path}/`.indexOf('/'));
  return first === ORPHANS_FOLDER || first === UPLOADS_FOLDER ? `is in ${first}` : undefined;
}

function shown(text: string): string {
  return printable(Buffer.from(text, 'latin1'));
}
