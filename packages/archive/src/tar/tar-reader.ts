import { DataError } from '@ekv/snapshot';
import { foreignBeginning } from './foreign-beginning.ts';
import { type PaxFields, readPaxRecords } from './pax-records.ts';
import { BLOCK_BYTES, paddingOf, readHeader } from './tar-header.ts';

/** A member of an archive, as its headers say. */
export interface Member {
  /** Byte string as it stands there, of any form. */
  readonly path: string;
  readonly size: number;
  /** Where its bytes begin in the archive. */
  readonly offset: number;
  readonly mode: number;
  /** `other`: a link, a device, a file with holes, and what else is in no dump. */
  readonly kind: 'file' | 'folder' | 'other';
  /** The character that its header has for it: `0` a file, `5` a folder, `2` a symlink, ... */
  readonly type: string;
  /** Seconds since 1970; `undefined` when none is told. */
  readonly mtime: number | undefined;
}

/** What is told while an archive passes. */
export interface MemberSink {
  /** A member begins; of its bytes each piece follows, valid during the call, and then its end. */
  begin(member: Member): void;
  piece(bytes: Buffer): void;
  end(): void;
}

/** Path and size of one member: a path of a file system has 4096 bytes at most. */
const MOST_NAME_BYTES = 1 << 16;

/** Headers for names and the like that come before one member: programs write two, seldom three. */
const MOST_NAMES = 16;

/** Zeros after the end: tapes are filled up to some KiB. */
const MOST_ZEROS = 1 << 26;

type State = 'header' | 'name' | 'bytes' | 'padding' | 'ended';

/**
 * Reads a tar archive as it comes, in pieces of any size: ustar, pax, the long names of GNU tar, old headers. Nothing of it is held but
 * one header, or the name of one member. Throws DataError for damage, with the offset in the archive.
 */
export class TarReader {
  readonly #sink: MemberSink;
  readonly #block = Buffer.alloc(BLOCK_BYTES);
  #held = 0;
  #state: State = 'header';
  /** Bytes of the state's part that are still to come. */
  #left = 0;
  #paddingAfter = 0;
  /** Of the archive, up to the next byte. */
  #offset = 0;
  #name: Buffer[] = [];
  #nameKind: 'x' | 'g' | 'L' | 'K' = 'x';
  /** What came before the member that is next. */
  #next: { path?: string | undefined; size?: number | undefined; mtime?: number; isForeign?: boolean } = {};
  #hasMembers = false;
  /** Headers for names since the last member. */
  #names = 0;
  /** Where the first block of zeros ends. */
  #endAt = 0;

  constructor(sink: MemberSink) {
    this.#sink = sink;
  }

  push(bytes: Buffer): void {
    for (let at = 0; at < bytes.length; ) {
      if (this.#state === 'ended') return this.#takeRest(bytes, at);
      const taken = this.#state === 'header' ? this.#takeHeader(bytes, at) : this.#take(bytes, at);
      at += taken;
      this.#offset += taken;
    }
  }

  /** To be called after the last byte. @returns whether there was any member. */
  end(): boolean {
    if (this.#state !== 'ended' && (this.#state !== 'header' || this.#held > 0)) {
      const isFirst = this.#offset < BLOCK_BYTES;
      this.#fail('the archive is cut short', isFirst ? foreignBeginning(this.#block) : undefined);
    }
    return this.#hasMembers;
  }

  /** As {@link end}, for who must know that nothing is missing: two blocks of zeros end an archive. Throws DataError. */
  endMarked(): void {
    this.end();
    if (this.#state !== 'ended' || this.#offset - this.#endAt < BLOCK_BYTES) this.#fail('the archive is cut short');
  }

  /** Whether no byte was given to it. */
  get isUntouched(): boolean {
    return this.#offset === 0;
  }

  /** Zeros fill an archive up to the size of a tape's record. Anything else was to be read by somebody, such as a second archive. */
  #takeRest(bytes: Buffer, at: number): void {
    for (let i = at; i < bytes.length; i++) {
      if (bytes[i] === 0) continue;
      this.#offset += i - at;
      this.#fail('bytes come after the end');
    }
    this.#offset += bytes.length - at;
    if (this.#offset - this.#endAt > MOST_ZEROS) this.#fail(`more than ${MOST_ZEROS} zeros come after the end`);
  }

  #takeHeader(bytes: Buffer, at: number): number {
    const taken = Math.min(BLOCK_BYTES - this.#held, bytes.length - at);
    if (this.#held === 0 && taken === BLOCK_BYTES) this.#header(bytes, at, this.#offset + taken);
    else {
      bytes.copy(this.#block, this.#held, at, at + taken);
      this.#held += taken;
      if (this.#held === BLOCK_BYTES) {
        this.#held = 0;
        this.#header(this.#block, 0, this.#offset + taken);
      }
    }
    return taken;
  }

  /** @param end of the header in the archive. */
  #header(block: Buffer, at: number, end: number): void {
    const isFirst = end === BLOCK_BYTES;
    const header = this.#attempt(
      () => readHeader(block, at),
      () => (isFirst ? (foreignBeginning(block.subarray(at)) ?? 'it does not begin as a tar archive does') : undefined),
    );
    if (header === undefined) {
      this.#state = 'ended';
      this.#endAt = end;
      return;
    }
    const { type } = header;
    if (type === 'x' || type === 'g' || type === 'L' || type === 'K') {
      if (header.size > MOST_NAME_BYTES) this.#fail(`a header of ${header.size} bytes is more than any name needs`);
      if (++this.#names > MOST_NAMES) this.#fail(`more than ${MOST_NAMES} headers come before one member`);
      this.#nameKind = type;
      this.#begin('name', header.size);
      return;
    }
    const { path = header.path, size = header.size, mtime = header.mtime, isForeign = false } = this.#next;
    this.#next = {};
    this.#names = 0;
    this.#hasMembers = true;
    const isFolder = type === '5' || (type === '0' && path.endsWith('/'));
    const kind = isForeign || (type !== '0' && type !== '5') ? 'other' : isFolder ? 'folder' : 'file';
    this.#sink.begin({ path, size, offset: end, mode: header.mode & 0o7777, kind, type, mtime });
    this.#begin('bytes', size);
  }

  #begin(state: 'name' | 'bytes', size: number): void {
    this.#state = state;
    this.#left = size;
    this.#paddingAfter = paddingOf(size);
    if (size === 0) this.#partEnded();
  }

  #take(bytes: Buffer, at: number): number {
    const taken = Math.min(this.#left, bytes.length - at);
    const piece = bytes.subarray(at, at + taken);
    if (this.#state === 'bytes') this.#sink.piece(piece);
    else if (this.#state === 'name') this.#name.push(Buffer.from(piece));
    this.#left -= taken;
    if (this.#left === 0) this.#partEnded();
    return taken;
  }

  #partEnded(): void {
    if (this.#state === 'bytes') this.#sink.end();
    else if (this.#state === 'name') this.#takeName(Buffer.concat(this.#name));
    if (this.#state === 'padding' || this.#paddingAfter === 0) {
      this.#state = 'header';
      return;
    }
    this.#state = 'padding';
    this.#left = this.#paddingAfter;
  }

  #takeName(bytes: Buffer): void {
    this.#name = [];
    // What a global header says is of no use here.
    if (this.#nameKind === 'g') return;
    if (this.#nameKind === 'x') this.#takePax(this.#attempt(() => readPaxRecords(bytes)));
    else if (this.#nameKind === 'K') this.#next.isForeign = true;
    else this.#next.path = bytes.toString('latin1').replace(/\0.*$/s, '');
  }

  /** Of two headers before one member the second has the last word, but for what makes it one that is in no dump. */
  #takePax(fields: PaxFields): void {
    const isForeign = fields.isForeign || this.#next.isForeign === true;
    this.#next = { ...this.#next, ...fields, isForeign };
  }

  /** @param instead what a failure means, when more is known than the rule that was broken. */
  #attempt<T>(work: () => T, instead: () => string | undefined = () => undefined): T {
    try {
      return work();
    } catch (error) {
      return this.#fail((error as DataError).message, instead());
    }
  }

  #fail(rule: string, instead?: string): never {
    if (instead !== undefined) throw new DataError(instead);
    throw new DataError(`${rule} (at byte ${this.#offset} of the archive)`);
  }
}
