/** An entry: encoded key and encoded value. */
export type Entry = readonly [key: Buffer, value: Buffer];

export const HEADER = Buffer.from('EKVPBBL1\x64\0\0\0\0\0\0\0', 'latin1');

export function entry(key: string | Buffer, body: string | Buffer, timestamp = 5n): Entry {
  const version = Buffer.alloc(8);
  version.writeBigUInt64BE(BigInt.asUintN(64, ~timestamp));
  const bytes = typeof key === 'string' ? Buffer.from(key, 'latin1') : key;
  const value = typeof body === 'string' ? Buffer.from(body, 'latin1') : body;
  return [Buffer.concat([bytes, version]), Buffer.concat([Buffer.alloc(9), value])];
}

function framed(bytes: Buffer): Buffer {
  const length = Buffer.alloc(8);
  length.writeUInt32LE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/** @returns the bytes, and where each entry begins. */
export function fileOf(entries: readonly Entry[], footer = Buffer.alloc(0)) {
  const sorted = [...new Map(entries.map((one) => [one[0].toString('latin1'), one])).values()].sort(([a], [b]) =>
    Buffer.compare(a, b),
  );
  const offsets: number[] = [];
  const pieces = [HEADER];
  let offset = HEADER.length;
  for (const [key, value] of sorted) {
    offsets.push(offset);
    const bytes = Buffer.concat([framed(key), framed(value)]);
    pieces.push(bytes);
    offset += bytes.length;
  }
  return { bytes: Buffer.concat([...pieces, footer]), sorted, offsets, end: offset };
}

/** Where the first entry begins that is not below a key, by a look at all of them. */
export function expected({ sorted, offsets, end }: ReturnType<typeof fileOf>, key: Buffer): number {
  return offsets[sorted.findIndex((one) => one[0].compare(key) >= 0)] ?? end;
}
