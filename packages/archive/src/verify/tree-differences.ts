import type { ChecksumsFinding, ChecksumsReport } from '@ekv/dump-tree';
import { DataError, fewOf } from '@ekv/snapshot';

/** What a tree can differ in from its CHECKSUMS. */
const DIFFERENCES = ['changed', 'missing', 'unlisted', 'irregular', 'malformed', 'unreadable'] as const;

export type Difference = (typeof DIFFERENCES)[number];

const NAMES: Readonly<Record<Difference, readonly [one: string, several: string]>> = {
  changed: ['changed file', 'changed files'],
  missing: ['missing file', 'missing files'],
  unlisted: ['file that is not listed', 'files that are not listed'],
  irregular: ['path where no plain file stands', 'paths where no plain file stands'],
  malformed: ['line of CHECKSUMS that is none', 'lines of CHECKSUMS that are none'],
  unreadable: ['file that cannot be read', 'files that cannot be read'],
};

/** The same without what is for programs alone. */
export function differencesOf(report: ChecksumsReport): Readonly<Record<Difference, ChecksumsFinding>> {
  const { changed, missing, unlisted, irregular, malformed, unreadable } = report;
  return { changed, missing, unlisted, irregular, malformed, unreadable };
}

/** One line for each kind that was found: `2 changed files: a, b`. */
export function differenceLines(report: ChecksumsReport): string[] {
  return DIFFERENCES.filter((kind) => report[kind].count > 0).map((kind) => lineOf(kind, report[kind]));
}

function lineOf(kind: Difference, { count, examples }: ChecksumsFinding): string {
  return `${count} ${NAMES[kind][count === 1 ? 0 : 1]}: ${fewOf(examples, count)}`;
}

/** Throws DataError when the files of a tree are not those that CHECKSUMS lists. @param shown the tree or archive, which is `kind`. */
export function refuseDifferences(shown: string, kind: 'folder' | 'archive', report: ChecksumsReport): void {
  if (report.refusal !== undefined) throw report.refusal;
  if (report.ok) return;
  throw new DataError(
    `${shown} differs from its CHECKSUMS: ${differenceLines(report).join('; ')}; ${WHAT_TO_DO[kind]}`,
  );
}

/** Nobody but the operator knows whether it is an edit or damage. An archive of an edited tree is not unpacked here before its list is true. */
const WHAT_TO_DO = {
  folder:
    'if somebody made these changes, make the list true again with ekv-encode --update-checksums; if not, take another backup',
  archive:
    'if somebody made these changes before it was packed, unpack it with tar, make the list true again with ekv-encode --update-checksums, and pack it again; if not, take another backup',
} as const;
