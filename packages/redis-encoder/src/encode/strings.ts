import { ROW_BYTES } from '@ekv/dump-tree';
import type { SnapshotRow } from '@ekv/snapshot';
import { type BlobType, HYPERLOGLOGS, STRINGS } from '../blob-types.ts';
import { BLOB_SUFFIX } from '../files/paths.ts';
import { hyperLogLogRecords, stringRecord } from '../records/blob-rows.ts';
import { checkHyperLogLog } from '../sense/hyperloglogs.ts';
import type { EncodeContext } from './encode-context.ts';
import { ExpirySidecar } from './expiry-sidecar.ts';
import { type KeyFile, keyFiles } from './key-files.ts';

/** Strings and their expiries. docs/format/03-redis.md, section 4. */
export function* encodeStrings(context: EncodeContext): Generator<SnapshotRow> {
  for (const { key, value, expireAtMs } of blobs(context, STRINGS)) yield stringRecord(key, value, expireAtMs);
}

/** HyperLogLogs and their expiries. docs/format/03-redis.md, section 5. */
export function* encodeHyperLogLogs(context: EncodeContext): Generator<SnapshotRow> {
  for (const { key, path, value, expireAtMs } of blobs(context, HYPERLOGLOGS)) {
    checkHyperLogLog(context.findings, value, () => context.tree.display(path));
    yield* hyperLogLogRecords(key, value, expireAtMs);
  }
}

/** A file with what it holds and when its key expires. Valid until the next one. */
interface Blob extends KeyFile {
  readonly value: Buffer;
  readonly expireAtMs: bigint | null | undefined;
}

function* blobs(context: EncodeContext, { prefix, kind, folder, sidecar: path }: BlobType): Generator<Blob> {
  const { tree, problems } = context;
  const sidecar = problems.attempt(() => new ExpirySidecar(context, path, kind));
  try {
    for (const { key, path } of keyFiles(context, prefix, folder, BLOB_SUFFIX)) {
      const expireAtMs = problems.attempt(() => sidecar?.take(key));
      // Also of a key that is left out: its digest is compared.
      const value = problems.attempt(() => tree.read(path, ROW_BYTES));
      if (expireAtMs === 'dropped') continue;
      context.kinds?.add(key, kind);
      if (value !== undefined) yield { key, path, value, expireAtMs };
    }
    sidecar?.finish();
  } finally {
    sidecar?.close();
  }
}
