import { type OpenedRows, readAddress, shownAddress, writeAddress } from '@ekv/core';
import { type FindRun, jsonLine, openFound, type UnitCommit, unitHistory } from '@ekv/get';
import { millisecondsOf, UsageError } from '@ekv/snapshot';
import { absentText } from './absent-text.ts';
import type { GetOrder, Got } from './get-program.ts';
import type { Print } from './get-units.ts';

/** Prints when each unit was written and deleted, as far as the input still knows. */
export function printHistory(order: GetOrder, run: FindRun, print: Print): Omit<Got, 'input' | 'isReaderGone'> {
  const absent: string[] = [];
  let units = 0;
  let isWhole = true;
  for (const address of order.addresses) {
    const owner = readAddress(address);
    if (owner.key === undefined)
      throw new UsageError(
        `--history is of one key, item, object or message, and ${shownAddress(address)} stands for more`,
      );
    const rows = openFound(order, [owner], run);
    try {
      isWhole &&= !rows.isNarrowed;
      let commits = 0;
      for (const commit of unitHistory(rows, owner, run.scratch)) {
        if (commits++ === 0 && !order.isJson) print(headOf(shownAddress(writeAddress(owner)), rows));
        print(order.isJson ? `${jsonLine({ address: writeAddress(owner), ...fieldsOf(commit) })}\n` : textOf(commit));
      }
      if (commits > 0) units++;
      else absent.push(absentText(rows, owner, run));
    } finally {
      rows.close();
    }
  }
  return { units, absent, isWhole, nextSteps: [] };
}

function headOf(address: string, { source }: OpenedRows): string {
  const { minRetainedTs = 0n } = source.summary;
  // A node that has dropped nothing says so by a low number.
  const since = millisecondsOf(minRetainedTs) === 0n ? '' : `, what is older than commit ${minRetainedTs} may be gone`;
  return `${address}${since}\n`;
}

const TIME_WIDTH = '2026-11-28T10:00:00.000Z'.length;
const COMMIT_WIDTH = 20;

function textOf(commit: UnitCommit): string {
  const { timestamp, written, deleted, rows, bytes } = commit;
  const did = [written > 0 ? `${written} written` : '', deleted > 0 ? `${deleted} deleted` : ''].filter((one) => one);
  const after = rows === 0 ? 'deleted' : `${rows} ${rows === 1 ? 'row' : 'rows'}, ${bytes} bytes`;
  return `${timeOf(commit.atMs).padEnd(TIME_WIDTH)}  ${String(timestamp).padStart(COMMIT_WIDTH)}  ${after} (${did.join(', ')})\n`;
}

/** Beyond what a date can be. */
const MOST_MS = 253_402_300_799_999n;

function timeOf(ms: bigint): string {
  return ms < 0n || ms > MOST_MS ? '-' : new Date(Number(ms)).toISOString();
}

function fieldsOf({ timestamp, atMs, written, deleted, rows, bytes }: UnitCommit): object {
  return { commit_ts: String(timestamp), time: timeOf(atMs), written, deleted, rows, bytes, is_deleted: rows === 0 };
}
