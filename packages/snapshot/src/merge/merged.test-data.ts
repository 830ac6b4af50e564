import type { ByteSource } from '../format/byte-source.ts';
import type { CheckedSnapshot } from '../read/checked-snapshot.ts';
import { openSnapshot } from '../read/open-snapshot.ts';
import type { ScratchFolder } from '../sort/scratch.ts';

/** One version of a key; without a body it is a deletion. */
export interface Version {
  readonly key: string;
  readonly at: bigint;
  readonly body: string | undefined;
}

/** A payload that holds these versions, in the order of a snapshot. */
function payloadOf(versions: readonly Version[], lastCommitTs: bigint): Buffer {
  const entries = versions.map(entryOf).sort((a, b) => Buffer.compare(a.key, b.key));
  const header = Buffer.from('EKVPBBL1\0\0\0\0\0\0\0\0', 'latin1');
  header.writeBigUInt64LE(lastCommitTs, 8);
  return Buffer.concat([header, ...entries.flatMap(({ key, value }) => [framed(key), framed(value)])]);
}

function entryOf({ key, at, body }: Version): { readonly key: Buffer; readonly value: Buffer } {
  const version = Buffer.alloc(8);
  version.writeBigUInt64BE(BigInt.asUintN(64, ~at));
  const value = Buffer.alloc(9);
  if (body === undefined) value[0] = 1;
  return {
    key: Buffer.concat([Buffer.from(key, 'latin1'), version]),
    value: Buffer.concat([value, Buffer.from(body ?? '', 'latin1')]),
  };
}

function framed(bytes: Buffer): Buffer {
  const length = Buffer.alloc(8);
  length.writeUInt32LE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/** Bytes in memory, as a file of this name. */
function sourceOf(bytes: Buffer, name: string): ByteSource {
  return {
    name,
    byteLength: bytes.length,
    read: (position, into, at, length) => bytes.copy(into, at, position, position + length),
    close: () => {},
  };
}

export function checkedOf(
  versions: readonly Version[],
  { lastCommitTs = 100n, name = 'one.fsm', families = ['!k|'], scratch }: CheckedOptions,
): CheckedSnapshot {
  return openSnapshot(sourceOf(payloadOf(versions, lastCommitTs), name), { scratch }).check({ families });
}

interface CheckedOptions {
  readonly lastCommitTs?: bigint;
  readonly name?: string;
  readonly families?: readonly string[];
  readonly scratch: ScratchFolder;
}

/** All visible rows of a family, and where their bodies are read. */
export function rowsOf(source: CheckedSnapshot, family: string, bodies: 'read' | 'passed over'): [string, string][] {
  const rows: [string, string][] = [];
  const cursor = source.rows(family, { bodies });
  while (cursor.next()) {
    const { bytes, keyStart, keyEnd, valueStart, valueEnd } = cursor;
    const key = bytes.toString('latin1', keyStart, keyEnd);
    if (bodies === 'read') rows.push([key, bytes.toString('latin1', valueStart, valueEnd)]);
    else {
      const body = Buffer.alloc(valueEnd - valueStart);
      source.readAt(cursor.valueOffset, body);
      rows.push([key, body.toString('latin1')]);
    }
  }
  return rows;
}
