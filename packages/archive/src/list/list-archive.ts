import { displayPath } from '@ekv/dump-tree';
import { DataError, UsageError } from '@ekv/snapshot';
import type { ArchiveKind } from '../compression/archive-kind.ts';
import { openArchive } from '../compression/open-archive.ts';
import { kindInWords } from '../members/member-rules.ts';
import { passArchive } from '../members/pass-archive.ts';
import { type ArchiveRun, CountedRun } from '../run/archive-run.ts';
import type { Member } from '../tar/tar-reader.ts';

/** An archive whose members are to be listed. docs/format/07-restore.md, section 7.4. */
export interface ListRequest {
  /** The archive; `-` is standard input. */
  readonly input: string;
}

/** A member as its headers say. */
export interface ListedMember {
  /** For people, always one line: controls and bytes that are no UTF-8 as `\xNN`. */
  readonly path: string;
  /** `file`, `folder`, or what else it is, such as `a symlink`: such a one is in no dump. */
  readonly kind: string;
  /** Bytes. */
  readonly size: number;
  /** Seconds since 1970; `undefined` when none is told. */
  readonly mtime: number | undefined;
}

export interface ListResult {
  readonly outcome: 'listed' | 'damaged';
  readonly input: string;
  readonly kind: ArchiveKind;
  readonly members: number;
  readonly files: number;
  /** Of the files. */
  readonly bytes: number;
  /** Where the listing ended, and why; `undefined` when it came to the end. */
  readonly damage: string | undefined;
  readonly warnings: number;
}

/**
 * Gives the members of an archive in their order; of one that is damaged, those before the damage, which stands in the result. Nothing is
 * compared with CHECKSUMS. docs/format/07-restore.md, section 7.4.
 *
 * Throws UsageError and EnvironmentError, DataError for what is no file, and what `take` throws.
 */
export function listArchive(
  { input }: ListRequest,
  take: (member: ListedMember) => void,
  options: ArchiveRun = {},
): ListResult {
  if (input === '') throw new UsageError('name the archive to list');
  const run = new CountedRun(options);
  const archive = openArchive(input);
  let [members, files, bytes] = [0, 0, 0];
  const begin = (member: Member) => {
    members++;
    if (member.kind === 'file') {
      files++;
      bytes += member.size;
    }
    run.progress.count(member.size);
    take(listed(member));
  };
  try {
    run.progress.begin('listing', archive.kind === 'tar' ? archive.file?.size : undefined);
    const sink = { begin, piece: () => {}, end: () => {} };
    const damage = damageOf(() => passArchive(archive, sink, (passed) => run.progress.advance(passed)));
    const outcome = damage === undefined ? 'listed' : 'damaged';
    return { outcome, input, kind: archive.kind, members, files, bytes, damage, warnings: run.warnings };
  } finally {
    archive.close();
  }
}

function listed(member: Member): ListedMember {
  const { path, size, mtime } = member;
  return { path: displayPath(path), kind: member.kind === 'other' ? kindInWords(member) : member.kind, size, mtime };
}

function damageOf(work: () => void): string | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    if (error instanceof DataError) return error.message;
    throw error;
  }
}
