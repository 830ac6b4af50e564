import { createHash } from 'node:crypto';
import type { PieceSink } from '@ekv/dump-tree';
import type { ScratchFolder } from '@ekv/snapshot';
import { ScratchBytes } from './scratch-bytes.ts';

/** Bytes of a file that are held in memory. */
const HELD_BYTES = 1 << 18;

/** A file from a scratch file, whose size is known now. */
export interface SpooledMember {
  readonly path: string;
  readonly size: number;
  /** 64 hex digits. */
  readonly sha256: string;
  /** Gives its bytes in pieces, each valid during its call. */
  eachPiece(take: (bytes: Uint8Array) => void): void;
}

/** Is given each file when it is closed. */
export interface MemberTaker {
  /** One that was held in memory; the bytes are valid during the call. */
  whole(path: string, bytes: Uint8Array): void;
  spooled(member: SpooledMember): void;
}

/**
 * Files that come in pieces are held until their size is known, because it stands before them in an archive: a small one in memory, a
 * large one in a scratch file, which the next large one uses again.
 */
export class HeldMembers {
  readonly #scratch: ScratchFolder;
  readonly #taker: MemberTaker;
  readonly #freeBlocks: Buffer[] = [];
  readonly #freeSpools: ScratchBytes[] = [];
  readonly #spools = new Set<ScratchBytes>();

  constructor(scratch: ScratchFolder, taker: MemberTaker) {
    this.#scratch = scratch;
    this.#taker = taker;
  }

  open(path: string): PieceSink {
    const block = this.#freeBlocks.pop() ?? Buffer.allocUnsafeSlow(HELD_BYTES);
    let used = 0;
    let spool: ScratchBytes | undefined;
    let hash: ReturnType<typeof createHash> | undefined;
    const put = (bytes: Uint8Array) => {
      spool ??= this.#spool();
      hash ??= createHash('sha256');
      hash.update(bytes);
      spool.append(bytes);
    };
    const write = (bytes: Uint8Array) => {
      if (used + bytes.length > HELD_BYTES) {
        put(block.subarray(0, used));
        used = 0;
      }
      if (bytes.length > HELD_BYTES) return put(bytes);
      block.set(bytes, used);
      used += bytes.length;
    };
    const close = () => {
      if (spool === undefined || hash === undefined) this.#taker.whole(path, block.subarray(0, used));
      else {
        put(block.subarray(0, used));
        this.#taker.spooled(inSpool(path, spool, hash.digest('hex'), block));
        spool.rewind();
        this.#freeSpools.push(spool);
      }
      this.#freeBlocks.push(block);
    };
    return { write, close };
  }

  /** Lets go of the scratch files, also while files are open. May be called twice. */
  close(): void {
    for (const spool of this.#spools) spool.close();
  }

  #spool(): ScratchBytes {
    const free = this.#freeSpools.pop();
    if (free !== undefined) return free;
    const spool = new ScratchBytes(this.#scratch, 'member');
    this.#spools.add(spool);
    return spool;
  }
}

function inSpool(path: string, spool: ScratchBytes, sha256: string, block: Buffer): SpooledMember {
  const eachPiece: SpooledMember['eachPiece'] = (take) => {
    for (let at = 0; at < spool.size; at += block.length) take(block.subarray(0, spool.read(at, block, block.length)));
  };
  return { path, size: spool.size, sha256, eachPiece };
}
