import { fstatSync, readSync } from 'node:fs';
import { changedWhileRead, type LargeFile, type TreeFile, treeReadError } from '@ekv/dump-tree';
import type { Located } from './path-index.ts';

/** Where the bytes of all members stand: a plain archive itself, or a scratch file. */
export interface MemberStore {
  readonly fd: number;
  /** Of an archive that is read in place: what it must still be when it has been read. */
  readonly unchanged: { readonly size: number; readonly modifiedMs: number } | undefined;
}

/** Throws TreeReadError when an archive that is read in place was written to. @param name of the archive. */
export function checkStore({ fd, unchanged }: MemberStore, name: string): void {
  if (unchanged === undefined) return;
  const { size, mtimeMs } = fstatSync(fd);
  if (size !== unchanged.size || mtimeMs !== unchanged.modifiedMs) throw changedWhileRead(name);
}

/** A member that is read in pieces. */
export class MemberFile implements TreeFile {
  readonly name: string;
  readonly byteLength: number;
  readonly #store: MemberStore;
  readonly #offset: number;

  /** @param name path for messages. */
  constructor(store: MemberStore, { offset, size }: Located, name: string) {
    this.#store = store;
    this.#offset = offset;
    this.name = name;
    this.byteLength = size;
  }

  read(position: number, into: Uint8Array, at: number, length: number): number {
    const wanted = Math.min(length, this.byteLength - position);
    if (wanted <= 0) return 0;
    let read: number;
    try {
      read = readSync(this.#store.fd, into, at, wanted, this.#offset + position);
    } catch (error) {
      throw treeReadError(error, 'read', this.name);
    }
    if (read === 0) throw changedWhileRead(this.name);
    return read;
  }

  checkUnchanged(left: LargeFile): void {
    checkStore(this.#store, this.name);
    if (left.size !== this.byteLength) throw changedWhileRead(this.name);
  }

  /** The archive stays open. */
  close(): void {}
}
