import { STATE_FOLDER } from '@ekv/adapter';
import { encodeFileName } from '@ekv/dump-tree';
import { ExternalSorter, type ScratchFolder, SIDE_SORT_BYTES, SMALL_SORT_BYTES, type SortedRows } from '@ekv/snapshot';

const FOLDER = `${STATE_FOLDER}/s3`;

/** Files of the whole state; docs/format/12-whole-state.md, section 5. */
export const STATE_FILES = {
  buckets: `${FOLDER}/buckets.jsonl`,
  counters: `${FOLDER}/counters.jsonl`,
  uploads: `${FOLDER}/uploads.jsonl`,
} as const;

/** Of the bytes of all parts; with its slash. */
export const UPLOADS_FOLDER: string = `${FOLDER}/uploads/`;

const LEAST_DIGITS = 5;

/** Path of the bytes of a part of an open upload. */
export function partPath(folder: string, part: bigint): string {
  return `${folder}/${String(part).padStart(LEAST_DIGITS, '0')}.bin`;
}

/** Whether an upload can have a folder of its own: a server names none with `~`, which folders of repeated ids end with. */
export function hasUploadFolder(id: Buffer): boolean {
  return id.length > 0 && !id.includes('~') && !/^\.{1,2}$/.test(id.toString('latin1'));
}

/**
 * Gives each upload its folder. Of several with one id the first one in the file has the plain name, the second one `~2` behind it, and
 * so on. All ids are added first, then all folders are asked for, in the same order.
 */
export class UploadFolders {
  readonly #names: ExternalSorter;
  readonly #repeats: ExternalSorter;
  #rows: SortedRows | undefined;
  #hasRow = false;
  #next = 0;

  constructor(scratch: ScratchFolder) {
    this.#names = new ExternalSorter({ scratch, arenaBytes: SIDE_SORT_BYTES });
    this.#repeats = new ExternalSorter({ scratch, arenaBytes: SMALL_SORT_BYTES });
  }

  add(id: Buffer): void {
    this.#names.add(Buffer.from(encodeFileName(id)), ordinal(this.#next++));
  }

  /** To be called once, after the last id. */
  settle(): void {
    const names = this.#names.sorted();
    try {
      for (let count = 1; names.next(); ) {
        count = names.isRepeated() ? count + 1 : 1;
        if (count > 1) this.#repeats.add(names.bytes.subarray(names.payloadStart, names.payloadEnd), ordinal(count));
      }
    } finally {
      names.close();
    }
    this.#rows = this.#repeats.sorted();
    this.#hasRow = this.#rows.next();
    this.#next = 0;
  }

  /** The folder of the next upload, which has this id. */
  folderOf(id: Buffer): string {
    const number = this.#next++;
    const rows = this.#rows!;
    const folder = UPLOADS_FOLDER + encodeFileName(id);
    if (!this.#hasRow || rows.bytes.readUIntBE(rows.keyStart, ORDINAL_BYTES) !== number) return folder;
    const suffix = `~${rows.bytes.readUIntBE(rows.payloadStart, ORDINAL_BYTES)}`;
    this.#hasRow = rows.next();
    return folder + suffix;
  }

  /** Lets go of memory and scratch; may be called twice. */
  close(): void {
    this.#names.close();
    this.#rows?.close();
    this.#repeats.close();
  }
}

const ORDINAL_BYTES = 6;

function ordinal(number: number): Buffer {
  const bytes = Buffer.alloc(ORDINAL_BYTES);
  bytes.writeUIntBE(number, 0, ORDINAL_BYTES);
  return bytes;
}
