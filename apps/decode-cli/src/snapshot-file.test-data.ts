import { crc32c } from '@ekv/snapshot';

const TIMESTAMP = 1000n;

/** A snapshot file of strings of Redis, as a node writes it; docs/format/01-snapshot.md, section 3. */
export function snapshotOf(strings: Iterable<readonly [name: string, value: string]>): Buffer {
  const rows = [...strings].map(([name, value]) => [Buffer.from(`!redis|str|${name}`), Buffer.from(value)] as const);
  return rawSnapshot(rows.map(([key, value]) => [key, Buffer.concat([Buffer.from([0xff, 1, 0]), value])] as const));
}

/** A snapshot file of rows; keys in the order of a file. */
export function rawSnapshot(rows: ReadonlyArray<readonly [key: Uint8Array, value: Uint8Array]>): Buffer {
  const suffix = Buffer.alloc(8);
  suffix.writeBigUInt64BE(BigInt.asUintN(64, ~TIMESTAMP));
  const encoded = rows.map(([key, value]) => {
    return { key: Buffer.concat([key, suffix]), value: Buffer.concat([Buffer.alloc(9), value]) };
  });
  encoded.sort((a, b) => Buffer.compare(a.key, b.key));
  const entries = encoded.flatMap(({ key, value }) => [u64(key.length), key, u64(value.length), value]);
  const bytes = Buffer.concat([Buffer.from('EKVPBBL1'), u64(TIMESTAMP), ...entries]);
  const footer = Buffer.alloc(4);
  footer.writeUInt32BE(crc32c(bytes));
  return Buffer.concat([bytes, footer]);
}

function u64(value: number | bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

/** Many small strings: a decode of them takes long enough to be stopped in the middle. */
export function* manyStrings(count: number): Generator<readonly [string, string]> {
  for (let i = 0; i < count; i++) yield [`key-${String(i).padStart(6, '0')}`, `value ${i}`];
}
