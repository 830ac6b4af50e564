import { rmdirSync, rmSync } from 'node:fs';
import { look } from '@ekv/snapshot/publish';

/** Removes a report of an earlier run: a file, a link itself, an empty folder. What cannot be removed stays. */
export function removeOldReport(report: string): void {
  try {
    const stat = look(report);
    if (stat?.isDirectory()) rmdirSync(report);
    else if (stat !== undefined) rmSync(report);
  } catch {
    // A report that stays does no harm: a new one replaces it.
  }
}
