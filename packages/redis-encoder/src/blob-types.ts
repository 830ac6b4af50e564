import { HYPERLOGLOGS_FOLDER, HYPERLOGLOGS_SIDECAR, STRINGS_FOLDER, STRINGS_SIDECAR } from './files/paths.ts';
import type { Kind } from './key-kinds.ts';
import { HYPERLOGLOG_HEADER_BYTE, STRING_HEADER_BYTE } from './layout/blob-value.ts';
import { HYPERLOGLOG_ROWS, STRING_ROWS } from './layout/families.ts';

/** The two types whose value is one blob; docs/format/03-redis.md, sections 4 and 5. */
export interface BlobType {
  readonly prefix: string;
  readonly kind: Kind;
  readonly folder: string;
  readonly sidecar: string;
  readonly headerByte: number;
}

export const HYPERLOGLOGS: BlobType = {
  prefix: HYPERLOGLOG_ROWS,
  kind: 'HyperLogLog',
  folder: HYPERLOGLOGS_FOLDER,
  sidecar: HYPERLOGLOGS_SIDECAR,
  headerByte: HYPERLOGLOG_HEADER_BYTE,
};

export const STRINGS: BlobType = {
  prefix: STRING_ROWS,
  kind: 'string',
  folder: STRINGS_FOLDER,
  sidecar: STRINGS_SIDECAR,
  headerByte: STRING_HEADER_BYTE,
};
