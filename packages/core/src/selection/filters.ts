import { ExpiryLimit } from '@ekv/adapter';
import type { Filters } from '@ekv/manifest';
import { DataError, wallTimeOf } from '@ekv/snapshot';
import type { Selection } from './selection.ts';

/**
 * What a manifest says of a selection, behind the earlier ones that its data has been through; docs/format/13-selection.md, section 5.
 *
 * @param lastCommitTs of the data: `last_commit_ts` of its manifest.
 */
export function filtersOf(selection: Selection | undefined, before: Filters, lastCommitTs: bigint): Filters {
  if (selection === undefined || (selection.takesAll && !selection.dropsExpired)) return before;
  const { match, scopes, exclude } = selection.options;
  const given = {
    ...(match?.length && { match: [...match] }),
    ...(scopes?.length && { scopes: [...scopes] }),
    ...(exclude?.length && { exclude: [...exclude] }),
    ...(selection.dropsExpired && { expired_before_ms: momentOf(lastCommitTs) }),
  };
  return [...before, given];
}

/**
 * When the data was taken, ms since 1970: a selection drops what had expired then, whenever it is applied. Throws DataError when nothing tells it.
 * docs/format/13-selection.md, section 4.
 */
export function momentOf(lastCommitTs: bigint): bigint {
  if (lastCommitTs === 0n)
    throw new DataError('--expired drop: nothing tells when the data was taken, for its last_commit_ts is 0');
  const moment = wallTimeOf(lastCommitTs);
  return moment > 0n ? moment : 0n;
}

/** The selections of several snapshots that are read together: those of a dump that was divided are the same in each. */
export function filtersTogether(all: readonly Filters[]): Filters {
  const byText = new Map(all.flat().map((filter) => [filtersText([filter]), filter]));
  return [...byText.values()];
}

/** What leaves out what had expired; nothing when that is kept. Throws DataError as {@link momentOf}. */
export function expiryLimitOf(selection: Selection | undefined, lastCommitTs: bigint): ExpiryLimit | undefined {
  return selection?.dropsExpired ? new ExpiryLimit(momentOf(lastCommitTs)) : undefined;
}

const LONGEST_SHOWN = 200;

/** The selections as they are given on a command line, for people. */
export function filtersText(filters: Filters): string {
  const words = filters.flatMap(({ match = [], scopes = [], exclude = [], expired_before_ms }) => [
    ...match.map((pattern) => `--match '${pattern}'`),
    ...scopes.map((scope) => `--scope '${scope}'`),
    ...exclude.map((pattern) => `--exclude '${pattern}'`),
    ...(expired_before_ms === undefined ? [] : ['--expired drop']),
  ]);
  const text = words.join(' ');
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}...` : text;
}
