import { closeSync, fstatSync } from 'node:fs';
import { DataError, EnvironmentError } from '@ekv/snapshot';
import { readWal, type WalRead } from '../format/wal-file.ts';
import { openRegular, readFully } from '../payload/payload-file.ts';

const BLOCK_BYTES = 1 << 20;
const ZEROS = Buffer.alloc(BLOCK_BYTES);
/** The records of a prepared node: 1024 voters twice, and more. */
const HEAD_BYTES = 1 << 20;

/** What a segment says, and what follows its records. */
export interface WalFileRead extends WalRead {
  readonly byteLength: number;
  /** All records, as they stand in the file. */
  readonly head: Buffer;
  /** Whether nothing but zeros does. */
  readonly restIsZero: boolean;
}

/** Throws DataError for what a node would not take, EnvironmentError. */
export function readWalFile(path: string): WalFileRead {
  const fd = open(path);
  try {
    const { size } = fstatSync(fd);
    const head = Buffer.alloc(Math.min(size, HEAD_BYTES));
    readFully(fd, head, 0, path);
    const wal = readWal(head);
    return { ...wal, byteLength: size, head: head.subarray(0, wal.end), restIsZero: isZeroFrom(fd, wal.end, path) };
  } finally {
    closeSync(fd);
  }
}

function open(path: string): number {
  try {
    return openRegular(path, 'the log');
  } catch (error) {
    const { code } = ((error as Error).cause ?? {}) as NodeJS.ErrnoException;
    if (code === 'ENOENT' || (error instanceof EnvironmentError && code === undefined))
      throw new DataError(code === 'ENOENT' ? 'it is missing' : (error as Error).message);
    throw error;
  }
}

function isZeroFrom(fd: number, start: number, path: string): boolean {
  const block = Buffer.allocUnsafe(BLOCK_BYTES);
  for (let at = start; ; at += BLOCK_BYTES) {
    const found = readFully(fd, block, at, path);
    if (!block.subarray(0, found).equals(ZEROS.subarray(0, found))) return false;
    if (found < BLOCK_BYTES) return true;
  }
}
