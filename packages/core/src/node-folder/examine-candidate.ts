import { DamagedDataError, type SnapshotSummary } from '@ekv/snapshot';
import { type OpenCandidate, stillMissing } from './open-candidate.ts';
import type { SnapshotToken } from './snapshot-token.ts';

/** Throws DamagedDataError, with the path, for a candidate without a token that should have one. */
export function refuseWithoutToken({ path, token }: OpenCandidate, patienceMs: number): void {
  if (token.state === 'missing') throw notWhole(path, stillMissing(token.why, patienceMs));
}

/** Checks that a candidate is whole: its footer, and the token that the node keeps of it. Throws DamagedDataError, with the path. */
export function examineCandidate({ name, path, token }: OpenCandidate, summary: SnapshotSummary): void {
  if (summary.footer === 'none') throw notWhole(path, 'it has no checksum footer, which a node always writes');
  if (token.state === 'there') compareToken(name, path, token.token, summary.footerCrc32c ?? 0);
}

function compareToken(name: string, path: string, token: SnapshotToken, footer: number): void {
  if (token.index !== BigInt(`0x${name}`)) {
    throw notWhole(path, `its token ${token.path} is of index ${token.index}`);
  }
  if (token.footer !== footer) {
    throw notWhole(
      path,
      `its token ${token.path} wants the checksum ${hex(token.footer)}, the file has ${hex(footer)}`,
    );
  }
}

function notWhole(path: string, why: string): DamagedDataError {
  return new DamagedDataError(`${path} is not a whole snapshot: ${why}`);
}

function hex(value: number): string {
  return value.toString(16).padStart(8, '0');
}
