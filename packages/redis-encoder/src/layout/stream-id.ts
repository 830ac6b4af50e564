import { U64_MAX } from '@ekv/adapter';

/** Ids of stream entries; docs/format/03-redis.md, section 10. */

/** Milliseconds and sequence number, 64 bits unsigned each. */
export interface StreamId {
  readonly ms: bigint;
  readonly seq: bigint;
}

export const ZERO_ID: StreamId = { ms: 0n, seq: 0n };

/** Two decimal numbers without leading zeros, joined by `-`: a server shows an id as it was given. `undefined` for other texts. */
export function parseStreamId(text: string): StreamId | undefined {
  const parts = /^(0|[1-9][0-9]{0,19})-(0|[1-9][0-9]{0,19})$/.exec(text);
  if (parts === null) return undefined;
  const [ms, seq] = [BigInt(parts[1]!), BigInt(parts[2]!)];
  return ms > U64_MAX || seq > U64_MAX ? undefined : { ms, seq };
}

export function isAbove(a: StreamId, b: StreamId): boolean {
  return a.ms > b.ms || (a.ms === b.ms && a.seq > b.seq);
}
