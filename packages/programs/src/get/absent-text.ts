import { type OpenedRows, type readAddress, shownAddress, writeAddress } from '@ekv/core';
import { type FindRequest, type FindRun, nearestAddresses } from '@ekv/get';

/** What is said of an address where nothing is, and what may have been meant. */
export function absentText(
  rows: OpenedRows,
  owner: ReturnType<typeof readAddress>,
  { scratch, asOf = 'none' }: Pick<FindRun, 'scratch'> & Pick<FindRequest, 'asOf'>,
): string {
  const address = writeAddress(owner);
  const hints = [];
  const near = nearestAddresses(rows, owner, scratch);
  if (near.length > 0) hints.push(`nearest: ${near.map(shownAddress).join(', ')}`);
  if (/[*?]/.test(address)) hints.push('for patterns there is --match');
  if (asOf !== 'none' && owner.key !== undefined) hints.push('--history tells when it was there');
  const when = asOf === 'none' ? '' : ' as of then';
  return [`${rows.name} has nothing at ${shownAddress(address)}${when}`, ...hints].join('; ');
}
