import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RowError } from '../errors.ts';
import type { SortedRows } from '../sort/sorted-run.ts';
import { encodedKey, versionBefore } from './encoded-key.ts';
import type { TransactionGroup, TransactionInputs, VersionCursor } from './version-cursor.ts';

/** One version of a row of one group. */
export interface GivenVersion {
  readonly encoded: Buffer;
  /** Without the value header; nothing for a deletion. */
  readonly body: Buffer | undefined;
}

export interface GivenGroup extends Partial<TransactionGroup> {
  readonly versions: readonly GivenVersion[];
}

/** Groups in memory; counts the walks over all rows. */
export class GivenInputs implements TransactionInputs {
  readonly groups: readonly TransactionGroup[];
  readonly isMissing: (storedKey: Uint8Array) => boolean;
  readonly #all: readonly { readonly version: GivenVersion; readonly input: number }[];
  walksOverAll = 0;

  constructor(groups: readonly GivenGroup[], missingPrefix?: string) {
    this.isMissing = (key) =>
      missingPrefix !== undefined && Buffer.from(key).toString('latin1').startsWith(missingPrefix);
    this.groups = groups.map(({ name, clockCeilingMs, minRetainedTs }, i) => ({
      name: name ?? `group ${i + 1}`,
      clockCeilingMs,
      minRetainedTs,
    }));
    this.#all = groups
      .flatMap(({ versions }, input) => versions.map((version) => ({ version, input })))
      .sort((a, b) => Buffer.compare(a.version.encoded, b.version.encoded));
  }

  entries(prefix: string): VersionCursor {
    if (prefix === '') this.walksOverAll++;
    const rows = this.#all.filter(({ version }) => version.encoded.toString('latin1').startsWith(prefix));
    return new GivenCursor(rows);
  }
}

class GivenCursor implements VersionCursor {
  readonly #rows: readonly { readonly version: GivenVersion; readonly input: number }[];
  #at = -1;
  bytes = Buffer.alloc(0);
  readonly keyStart = 3;
  keyEnd = 0;
  valueStart = 0;
  valueEnd = 0;

  constructor(rows: readonly { readonly version: GivenVersion; readonly input: number }[]) {
    this.#rows = rows;
  }

  get timestamp(): bigint {
    return versionBefore(this.bytes, this.keyEnd + 8);
  }

  get tombstone(): boolean {
    return this.#rows[this.#at]!.version.body === undefined;
  }

  get input(): number {
    return this.#rows[this.#at]!.input;
  }

  next(): boolean {
    this.bytes.fill(0xee);
    if (++this.#at === this.#rows.length) return false;
    const { encoded, body = Buffer.alloc(0) } = this.#rows[this.#at]!.version;
    this.bytes = Buffer.concat([Buffer.from('xyz'), encoded, body, Buffer.from('after')]);
    this.keyEnd = this.valueStart = 3 + encoded.length - 8;
    this.valueStart += 8;
    this.valueEnd = this.valueStart + body.length;
    return true;
  }

  refused(rule: string): Error {
    return new RowError(rule, { offset: this.#at, key: Buffer.from(this.bytes.subarray(this.keyStart, this.keyEnd)) });
  }
}

export function version(key: string | Buffer, at: bigint, body?: string | Buffer): GivenVersion {
  const bytes = typeof body === 'string' ? Buffer.from(body, 'latin1') : body;
  return { encoded: encodedKey(typeof key === 'string' ? Buffer.from(key, 'latin1') : key, at), body: bytes };
}

export function u64(value: bigint | number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
}

/** A lock and the prepared write under it; without a value the write is a deletion. */
export function prepared(
  key: string,
  { primary, start }: { primary: string; start: bigint },
  value?: string,
): GivenVersion[] {
  return [
    version(`!txn|lock|${key}`, start, lockValue(primary, start, key === primary)),
    version(`!txn|int|${key}`, start, intentValue(start, value)),
  ];
}

export function lockValue(primary: string, start: bigint, isPrimary = false): Buffer {
  const flags = Buffer.of(isPrimary ? 1 : 0);
  return Buffer.concat([
    Buffer.of(1),
    u64(start),
    u64(start + 9n),
    flags,
    u64(primary.length),
    Buffer.from(primary, 'latin1'),
  ]);
}

export function intentValue(start: bigint, value: string | undefined): Buffer {
  const body = Buffer.from(value ?? '', 'latin1');
  return Buffer.concat([Buffer.of(1), u64(start), Buffer.of(value === undefined ? 1 : 0), u64(body.length), body]);
}

/** What a commit of a prepared key leaves: the key's version and deletions of lock and intent. */
export function finished(key: string, at: bigint, value?: string): GivenVersion[] {
  return [version(key, at, value), ...aborted(key, at)];
}

export function aborted(key: string, at: bigint): GivenVersion[] {
  return [version(`!txn|lock|${key}`, at), version(`!txn|int|${key}`, at)];
}

export function commitRecord(primary: string, start: bigint, at: bigint): GivenVersion {
  return version(recordKey('!txn|cmt|', primary, start), at, Buffer.concat([Buffer.of(1), u64(at)]));
}

export function rollbackRecord(primary: string, start: bigint, at: bigint): GivenVersion {
  return version(recordKey('!txn|rb|', primary, start), at, Buffer.of(1));
}

function recordKey(prefix: string, primary: string, start: bigint): Buffer {
  return Buffer.concat([Buffer.from(prefix + primary, 'latin1'), u64(start)]);
}

/** `key@version=body`, or `key@version` for a deletion; the value header is checked. */
export function textsOf(rows: SortedRows): string[] {
  const texts: string[] = [];
  while (rows.next()) {
    const { bytes, keyStart, keyEnd, payloadStart, payloadEnd } = rows;
    const key = bytes.toString('latin1', keyStart, keyEnd - 8);
    const header = bytes.toString('hex', payloadStart, payloadStart + 9);
    const body = header === `01${'00'.repeat(8)}` ? '' : `=${bytes.toString('latin1', payloadStart + 9, payloadEnd)}`;
    if (body !== '' && header !== '00'.repeat(9)) throw new Error(`value header ${header}`);
    texts.push(`${key}@${versionBefore(bytes, keyEnd)}${body}`);
  }
  return texts;
}

const GOLDEN = join(import.meta.dirname, '../../../../fixtures/golden');

/** A node's file. @param path below fixtures/golden. */
export function goldenGroup(path: string): GivenGroup {
  const bytes = readFileSync(join(GOLDEN, path));
  const versions: GivenVersion[] = [];
  let minRetainedTs: bigint | undefined;
  for (let at = 32; at < bytes.length - 4; ) {
    const encoded = bytes.subarray(at + 8, at + 8 + Number(bytes.readBigUInt64LE(at)));
    at += 8 + encoded.length;
    const value = bytes.subarray(at + 8, at + 8 + Number(bytes.readBigUInt64LE(at)));
    at += 8 + value.length;
    const name = encoded.toString('latin1');
    if (name === '_meta_min_retained_ts') minRetainedTs = value.readBigUInt64LE();
    if (name.startsWith('_meta_') || name.startsWith('!encryption|writers|')) continue;
    versions.push({ encoded, body: (value[0]! & 1) === 1 ? undefined : value.subarray(9) });
  }
  return { versions, clockCeilingMs: bytes.readBigUInt64BE(8), minRetainedTs };
}
