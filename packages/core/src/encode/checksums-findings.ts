import type { ChecksumsFinding, ChecksumsReport } from '@ekv/dump-tree';
import { DataError, fewOf, type Warn } from '@ekv/snapshot';

/** The tree is not the one that its CHECKSUMS lists. */
export class ChecksumsError extends DataError {
  static override readonly brand: string = 'ChecksumsError';
}

const KINDS = ['changed', 'missing', 'unlisted', 'malformed', 'irregular'] as const;

/**
 * Says how a tree differs from its CHECKSUMS: hand edits are legal, so it is one warning.
 *
 * @param report `undefined` when there is no CHECKSUMS.
 * @param verify throws ChecksumsError instead; EnvironmentError where the machine does not let be read what is listed.
 */
export function reportChecksums(report: ChecksumsReport | undefined, verify: boolean, warn: Warn): void {
  if (report === undefined) {
    if (verify)
      throw new ChecksumsError(
        '--verify: the tree has no CHECKSUMS to verify it by; --update-checksums makes one, of an archive after it was unpacked with tar',
      );
    return;
  }
  if (report.ok) return;
  if (verify && report.refusal !== undefined) throw report.refusal;
  if (report.unreadable.count > 0) warnUnreadable(report.unreadable, warn);
  const found = KINDS.filter((kind) => report[kind].count > 0);
  if (found.length === 0) return;
  const said = found
    .map((kind) => `${report[kind].count} ${NAMES[kind]} (${report[kind].examples.join(', ')})`)
    .join('; ');
  if (verify) throw new ChecksumsError(`--verify: the tree differs from its CHECKSUMS: ${said}; ${WHEN_EDITED}`);
  warn({
    event: 'checksums_differ',
    message: `the tree differs from its CHECKSUMS: ${said}; --verify refuses such a tree, --update-checksums makes the list true again`,
    fields: Object.fromEntries(found.map((kind) => [kind, report[kind].count])),
  });
  if (report.missing.count > 0) warnOfMissing(report.missing, warn);
}

/** An edited file was edited by somebody; one that is gone may have been lost, with a misspelled folder for example. */
function warnOfMissing({ count, examples }: ChecksumsReport['missing'], warn: Warn): void {
  warn({
    event: 'checksums_missing_files',
    message: `files that CHECKSUMS lists are missing, so they are not in the snapshot: ${fewOf(examples, count)}; after deleting them on purpose run --update-checksums`,
    fields: { count },
    loss: true,
  });
}

function warnUnreadable({ count, examples }: ChecksumsFinding, warn: Warn): void {
  warn({
    event: 'checksums_unreadable',
    message: `the tree was not compared with its CHECKSUMS in full: ${fewOf(examples, count)}; --verify refuses such a tree`,
    fields: { count },
  });
}

const WHEN_EDITED =
  'if you made these changes, run --update-checksums (of an archive after it was unpacked with tar), which lists them and makes CHECKSUMS true again; if not, take the files from another backup';

const NAMES = {
  changed: 'changed files',
  missing: 'missing files',
  unlisted: 'files that are not listed',
  malformed: 'malformed lines',
  irregular: 'paths where no file stands',
} as const;
