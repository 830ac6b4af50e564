import type { FindingKind, Findings } from '@ekv/snapshot';

/** What every payload begins with that a server has written; docs/format/03-redis.md, section 5. */
const MAGIC = Buffer.from('00525301', 'hex');

const NO_HYPERLOGLOG: FindingKind = {
  event: 'redis_not_a_hyperloglog',
  says: 'HyperLogLogs do not begin with 00 52 53 01, as those of a server do',
  advice: 'PFADD and PFCOUNT of such a key fail: the payload of another database (HYLL...) cannot be taken over',
  doubt: true,
};

/** Looks whether a payload is one of a server. @param position where it stands, for people. */
export function checkHyperLogLog(findings: Findings, payload: Uint8Array, position: () => string): void {
  if (!MAGIC.equals(payload.subarray(0, MAGIC.length))) findings.add(NO_HYPERLOGLOG, position);
}
