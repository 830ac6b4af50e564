const OFFSET_BASIS = 0xcbf29ce484222325n;
const PRIME = 0x100000001b3n;
const MASK = (1n << 64n) - 1n;

/** The number by which raft knows a peer: FNV-1a of 64 bits over the UTF-8 of its id, never 0. docs/format/07-restore.md, section 2.5. */
export function nodeIdOf(id: string): bigint {
  let hash = OFFSET_BASIS;
  for (const byte of Buffer.from(id)) hash = ((hash ^ BigInt(byte)) * PRIME) & MASK;
  return hash === 0n ? 1n : hash;
}
