import { join } from 'node:path';
import { NO_EXCLUSIONS, REDIS } from '../dump.test-data.ts';
import type { DecodeFolderRequest } from './decode-snapshot-folder.ts';

/** A decode of the snapshots of a node, beside it. */
export function requestOf(node: string, more: Partial<DecodeFolderRequest> = {}): DecodeFolderRequest {
  return {
    folder: node,
    output: join(node, '../out'),
    adapters: REDIS,
    exclusions: NO_EXCLUSIONS,
    toolVersion: 'ekv/test',
    tokenPatienceMs: 30,
    ...more,
  };
}

/** The error that `decode` throws. */
export function refusalOf(decode: () => unknown): Error {
  try {
    decode();
  } catch (error) {
    return error as Error;
  }
  throw new Error('the folder was not refused');
}
