import { U64_MAX } from '@ekv/adapter';
import type { FindingKind, Findings } from '@ekv/snapshot';
import type { StreamId } from '../layout/stream-id.ts';

const ZERO_ID: FindingKind = {
  event: 'redis_stream_zero_id',
  says: 'streams have an entry 0-0, an id that no server gives out',
  advice: 'XREAD and XRANGE from the beginning leave it out: give the entry another id',
  doubt: true,
};

const NO_FIELDS: FindingKind = {
  event: 'redis_stream_no_fields',
  says: 'entries of streams have no fields, which XADD refuses and clients do not expect',
  advice: 'give them a field, or leave them out (in a tree lower "length" then)',
  doubt: true,
};

const EXHAUSTED: FindingKind = {
  event: 'redis_exhausted_stream',
  says: 'streams have the highest id there is as their last one, so no server can add an entry to them',
  advice: 'correct the last id, in a tree "last_ms" and "last_seq"',
  doubt: true,
};

/** Looks at an entry. @param path of the stream's file, for people. */
export function checkEntry(findings: Findings, { ms, seq }: StreamId, fields: number, path: () => string): void {
  if (ms === 0n && seq === 0n) findings.add(ZERO_ID, path);
  if (fields === 0) findings.add(NO_FIELDS, () => `${ms}-${seq} in ${path()}`);
}

/** Looks at the highest id that was ever given out. */
export function checkLastId(findings: Findings, { ms, seq }: StreamId, path: () => string): void {
  if (ms === U64_MAX && seq === U64_MAX) findings.add(EXHAUSTED, path);
}
