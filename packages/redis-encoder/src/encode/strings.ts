import { ROW_BYTES } from '@ekv/dump-tree';
import type { FindingKind, SnapshotRecord } from '@ekv/snapshot';
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
  const sidecar = problems.attempt(() => new ExpirySidecar(context, STRINGS_SIDECAR, 'string'));
  try {
    for (const { key, path } of keyFiles(context, STRING_ROWS, STRINGS_FOLDER, BLOB_SUFFIX)) {
      const expireAtMs = problems.attempt(() => sidecar?.take(key));
      const value = problems.attempt(() => tree.read(path, ROW_BYTES));
      context.kinds?.add(key, 'string');
      if (value !== undefined) yield stringRecord(key, value, expireAtMs);
    }
    sidecar?.finish();
  } finally {
    sidecar?.close();
  }
}

/** What every payload begins with that a server has written; docs/format/03-redis.md, section 5. */
const HYPERLOGLOG_MAGIC = Buffer.from('00525301', 'hex');

const NO_HYPERLOGLOG: FindingKind = {
  event: 'redis_not_a_hyperloglog',
  says: 'HyperLogLogs do not begin with 00 52 53 01, as those of a server do',
  advice: 'PFADD and PFCOUNT of such a key fail: the payload of another database (HYLL...) cannot be taken over',
  doubt: true,
};

function isHyperLogLog(payload: Buffer): boolean {
  return payload.subarray(0, HYPERLOGLOG_MAGIC.length).equals(HYPERLOGLOG_MAGIC);
}

/** HyperLogLogs and their expiries. docs/format/03-redis.md, section 5. */
export function* encodeHyperLogLogs(context: EncodeContext): Generator<SnapshotRecord> {
  const { tree, problems } = context;
  const sidecar = problems.attempt(() => new ExpirySidecar(context, HYPERLOGLOGS_SIDECAR, 'HyperLogLog'));
  try {
    for (const { key, path } of keyFiles(context, HYPERLOGLOG_ROWS, HYPERLOGLOGS_FOLDER, BLOB_SUFFIX)) {
      const expireAtMs = problems.attempt(() => sidecar?.take(key));
      const payload = problems.attempt(() => tree.read(path, ROW_BYTES));
      context.kinds?.add(key, 'HyperLogLog');
      if (payload !== undefined && !isHyperLogLog(payload)) {
        context.findings.add(NO_HYPERLOGLOG, () => tree.display(path));
      }
      if (payload !== undefined) yield* hyperLogLogRecords(key, payload, expireAtMs);
    }
    sidecar?.finish();
  } finally {
    sidecar?.close();
  }
}
