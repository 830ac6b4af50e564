/** The value of a lock whose transaction has that first key. docs/format/11-transactions.md, section 1. */
export function lockValue(first: string): Buffer {
  const key = Buffer.from(first, 'latin1');
  const length = Buffer.alloc(8);
  length.writeBigUInt64BE(BigInt(key.length));
  return Buffer.concat([Buffer.of(1), Buffer.alloc(16), Buffer.of(0), length, key]);
}

/** The value of a prepared write of that value. */
export function intentValue(value: string): Buffer {
  const body = Buffer.from(value, 'latin1');
  const length = Buffer.alloc(8);
  length.writeBigUInt64BE(BigInt(body.length));
  return Buffer.concat([Buffer.of(1), Buffer.alloc(8), Buffer.of(0), length, body]);
}
