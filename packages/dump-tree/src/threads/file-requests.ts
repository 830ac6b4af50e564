import { LAYOUT } from './read-files.ts';

/** Most requests of a batch. */
export const MOST_REQUESTS = 64;
/** Of the memory of a batch; the rest is for the bytes of the files. */
const PATH_BYTES = 32 << 10;
const FIRST_PATH = LAYOUT.records + MOST_REQUESTS * LAYOUT.recordBytes;

/** A file that a thread has read, in the memory that it shares; valid until the next one is asked for. */
export interface FileAhead {
  readonly memory: Buffer;
  readonly start: number;
  readonly end: number;
  /** 64 lower-case hex digits; '' where no digests are taken. */
  readonly sha256: string;
}

/** The requests of one batch, as its memory has them. */
export class FileRequests {
  readonly #memory: Buffer;
  readonly #paths: string[] = [];
  #end = FIRST_PATH;

  constructor(memory: Buffer) {
    this.#memory = memory;
  }

  /** Bytes of the batch that are used. */
  get length(): number {
    return this.#end;
  }

  /** Byte strings relative to the root. */
  get paths(): readonly string[] {
    return this.#paths;
  }

  hasRoomFor(root: Buffer, path: string): boolean {
    return this.#paths.length < MOST_REQUESTS && this.#end + root.length + path.length <= PATH_BYTES;
  }

  /** @param root with a `/` at its end. @param most bytes of a file that is wanted. */
  add(root: Buffer, path: string, most: number): void {
    const memory = this.#memory;
    const record = recordOf(this.#paths.length);
    memory.writeUInt32LE(this.#end, record + LAYOUT.pathStart);
    this.#end += root.copy(memory, this.#end);
    this.#end += memory.write(path, this.#end, 'latin1');
    memory.writeUInt32LE(this.#end, record + LAYOUT.pathEnd);
    memory.writeUInt32LE(most, record + LAYOUT.most);
    this.#paths.push(path);
    memory.writeUInt32LE(this.#paths.length, 0);
  }

  /** Takes a request back, before the batch is given. */
  drop(index: number): void {
    this.#memory.writeUInt32LE(this.#end, recordOf(index) + LAYOUT.pathStart);
    this.#memory.writeUInt32LE(this.#end, recordOf(index) + LAYOUT.pathEnd);
  }
}

/** What became of a request, once the batch is done; `undefined` for a file that was left out. */
export function fileOf(memory: Buffer, index: number, takesDigests: boolean): FileAhead | undefined {
  const record = recordOf(index);
  if (memory.readUInt32LE(record + LAYOUT.isRead) === 0) return undefined;
  const start = memory.readUInt32LE(record + LAYOUT.start);
  const end = start + memory.readUInt32LE(record + LAYOUT.size);
  return { memory, start, end, sha256: takesDigests ? memory.toString('latin1', start - LAYOUT.digest, start) : '' };
}

function recordOf(index: number): number {
  return LAYOUT.records + index * LAYOUT.recordBytes;
}
