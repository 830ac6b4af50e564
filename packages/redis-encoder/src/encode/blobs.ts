import { ROW_BYTES } from '@ekv/dump-tree';
import type { SnapshotRecord } from '@ekv/snapshot';
import {
  BLOB_SUFFIX,
  HYPERLOGLOGS_FOLDER,
  HYPERLOGLOGS_SIDECAR,
  STRINGS_FOLDER,
  STRINGS_SIDECAR,
} from '../files/paths.ts';
import { HYPERLOGLOG_ROWS, STRING_ROWS } from '../layout/families.ts';
import { hyperLogLogRecords, stringRecord } from '../records/blob-records.ts';
import type { EncodeContext } from './encode-context.ts';
import { ExpirySidecar } from './expiry-sidecar.ts';
import { keyFiles } from './key-files.ts';

/** Strings and their expiries. docs/format/03-redis.md, section 4. */
export function* encodeStrings(context: EncodeContext): Generator<SnapshotRecord> {
  const { tree, problems } = context;
  const sidecar = problems.attempt(() => new ExpirySidecar(context, STRINGS_SIDECAR));
  try {
    for (const { key, path } of keyFiles(context, STRING_ROWS, STRINGS_FOLDER, BLOB_SUFFIX)) {
      const expireAtMs = sidecar?.take(key);
      const value = problems.attempt(() => tree.read(path, ROW_BYTES));
      if (value !== undefined) yield stringRecord(key, value, expireAtMs);
    }
    sidecar?.finish();
  } finally {
    sidecar?.close();
  }
}

/** HyperLogLogs and their expiries. docs/format/03-redis.md, section 5. */
export function* encodeHyperLogLogs(context: EncodeContext): Generator<SnapshotRecord> {
  const { tree, problems } = context;
  const sidecar = problems.attempt(() => new ExpirySidecar(context, HYPERLOGLOGS_SIDECAR));
  try {
    for (const { key, path } of keyFiles(context, HYPERLOGLOG_ROWS, HYPERLOGLOGS_FOLDER, BLOB_SUFFIX)) {
      const expireAtMs = sidecar?.take(key);
      const payload = problems.attempt(() => tree.read(path, ROW_BYTES));
      if (payload !== undefined) yield* hyperLogLogRecords(key, payload, expireAtMs);
    }
    sidecar?.finish();
  } finally {
    sidecar?.close();
  }
}
