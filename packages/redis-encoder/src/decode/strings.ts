import type { LineSink } from '@ekv/dump-tree';
import { ExternalSorter, SIDE_SORT_BYTES, type SortedRows } from '@ekv/snapshot';
import { type BlobType, HYPERLOGLOGS, STRINGS } from '../blob-types.ts';
import { writeExpiryLine } from '../files/expiry-json.ts';
import { BLOB_SUFFIX } from '../files/paths.ts';
import { EXPIRY_BYTES } from '../layout/expiry-value.ts';
import { BlobWalk } from '../values/blob-walk.ts';
import { HYPERLOGLOG, STRING } from '../values/expiry-owners.ts';
import type { KeyRange } from '../values/rows/key-order.ts';
import type { DecodeContext } from './decode-context.ts';
import { shifted } from './shifted.ts';

/**
 * Strings and HyperLogLogs, and their expiry sidecars: first the lines of values that hold their expiry, then those of
 * bare values that own an index row, in the order of these rows.
 */
export function decodeBlobs(context: DecodeContext): void {
  const sidecars = { [HYPERLOGLOG]: new Sidecar(context, HYPERLOGLOGS), [STRING]: new Sidecar(context, STRINGS) };
  decodeType(context, HYPERLOGLOGS, sidecars[HYPERLOGLOG]);
  decodeType(context, STRINGS, sidecars[STRING]);
  const owned = context.expiries.bareValues;
  while (owned?.next()) writeOwned(context, owned, sidecars);
  owned?.close();
  sidecars[HYPERLOGLOG].close();
  sidecars[STRING].close();
}

function decodeType(context: DecodeContext, type: BlobType, sidecar: Sidecar): void {
  const { names, sink } = context;
  for (const walk = new BlobWalk(context, type); walk.next(); ) {
    const { key, valueStart, valueEnd, expireAtMs } = walk;
    sink.file(`${type.folder}/${names.streamed(key)}${BLOB_SUFFIX}`, key.bytes.subarray(valueStart, valueEnd));
    if (expireAtMs !== 0n) sidecar.write(key, expireAtMs);
  }
}

/** Writes the line of a bare value whose expiry is in an index row. */
function writeOwned(context: DecodeContext, owned: SortedRows, sidecars: Record<number, Sidecar>): void {
  const { bytes, payloadStart, payloadEnd } = owned;
  const type = bytes[payloadStart + 8]!;
  const key = { bytes, keyStart: payloadStart + 9, keyEnd: payloadEnd };
  if (context.expired?.limit.isOver(bytes.readBigUInt64BE(payloadStart))) return;
  if (type === HYPERLOGLOG && context.leftOut.has('HyperLogLog', key)) return;
  sidecars[type]!.write(key, bytes.readBigUInt64BE(payloadStart));
}

class Sidecar {
  readonly #context: DecodeContext;
  readonly #path: string;
  #lines: LineSink | undefined;
  /** Of a snapshot that is salvaged: a damaged timestamp has moved rows, and the lines must not stand as they came. */
  readonly #moved: ExternalSorter | undefined;
  readonly #suffix: Buffer;

  constructor(context: DecodeContext, type: BlobType) {
    this.#context = context;
    this.#path = type.sidecar;
    const { source, scratch } = context;
    this.#moved =
      source.damage === undefined ? undefined : new ExternalSorter({ scratch, arenaBytes: SIDE_SORT_BYTES });
    this.#suffix = source.damage === undefined ? Buffer.alloc(0) : invertedTimestamp(source.lastCommitTs);
  }

  write(key: KeyRange, expireAtMs: bigint): void {
    if (this.#moved === undefined) return this.#write(key, expireAtMs);
    const { bytes, keyStart, keyEnd } = key;
    const payload = Buffer.allocUnsafe(EXPIRY_BYTES + keyEnd - keyStart);
    payload.writeBigUInt64BE(expireAtMs);
    bytes.copy(payload, EXPIRY_BYTES, keyStart, keyEnd);
    this.#moved.add(Buffer.concat([bytes.subarray(keyStart, keyEnd), this.#suffix]), payload);
  }

  close(): void {
    const rows = this.#moved?.sorted();
    while (rows?.next()) {
      const { bytes, payloadStart, payloadEnd } = rows;
      this.#write(
        { bytes, keyStart: payloadStart + EXPIRY_BYTES, keyEnd: payloadEnd },
        bytes.readBigUInt64BE(payloadStart),
      );
    }
    rows?.close();
    this.#lines?.close();
  }

  #write(key: KeyRange, expireAtMs: bigint): void {
    this.#lines ??= this.#context.sink.lines(this.#path);
    this.#lines.write(
      writeExpiryLine({ name: this.#context.names.streamed(key), expireAtMs: shifted(expireAtMs, this.#context) }),
    );
  }
}

/** The end of an encoded key; docs/format/01-snapshot.md, section 4. */
function invertedTimestamp(timestamp: bigint): Buffer {
  const suffix = Buffer.allocUnsafe(8);
  suffix.writeBigUInt64BE(BigInt.asUintN(64, ~timestamp));
  return suffix;
}
