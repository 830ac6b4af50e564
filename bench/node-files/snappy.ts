const HASH_BITS = 14;
const FARTHEST = 0xffff;
const LONGEST_COPY = 64;
const table = new Int32Array(1 << HASH_BITS);

/** A raw Snappy block of less than 64 KiB: greedy, with copies of what a table of four bytes finds, as the usual packers do. */
export function packed(data: Buffer): Buffer {
  table.fill(-1);
  const out = Buffer.alloc(data.length + (data.length >> 4) + 64);
  let to = varint(out, 0, data.length);
  let literal = 0;
  let at = 0;
  while (at + 4 <= data.length) {
    const slot = Math.imul(data.readUInt32LE(at), 0x1e35a7bd) >>> (32 - HASH_BITS);
    const from = table[slot]!;
    table[slot] = at;
    if (from === -1 || at - from > FARTHEST || data.readUInt32LE(from) !== data.readUInt32LE(at)) {
      at++;
      continue;
    }
    let length = 4;
    while (length < LONGEST_COPY && at + length < data.length && data[from + length] === data[at + length]) length++;
    to = literals(out, to, data, literal, at);
    out[to++] = ((length - 1) << 2) | 2;
    to = out.writeUInt16LE(at - from, to);
    at += length;
    literal = at;
  }
  to = literals(out, to, data, literal, data.length);
  return out.subarray(0, to);
}

function literals(out: Buffer, to: number, data: Buffer, start: number, end: number): number {
  const length = end - start;
  if (length === 0) return to;
  let next = to;
  if (length <= 60) out[next++] = (length - 1) << 2;
  else {
    out[next++] = 61 << 2;
    next = out.writeUInt16LE(length - 1, next);
  }
  data.copy(out, next, start, end);
  return next + length;
}

function varint(out: Buffer, at: number, value: number): number {
  let to = at;
  let rest = value;
  for (; rest >= 0x80; rest >>>= 7) out[to++] = (rest & 0x7f) | 0x80;
  out[to++] = rest;
  return to;
}
