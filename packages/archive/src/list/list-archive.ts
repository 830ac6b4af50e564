import { displayPath } from '@ekv/dump-tree';
import { DataError, EnvironmentError, UsageError } from '@ekv/snapshot';
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
  /**
   * - `listed`: to its end, or as far as was wanted.
   * - `damaged`, `unreadable`: the members before a place that is no archive, or that the machine does not let be read.
   */
  readonly outcome: 'listed' | 'damaged' | 'unreadable';
  readonly input: string;
  readonly kind: ArchiveKind;
  readonly members: number;
  readonly files: number;
  /** Of the files. */
  readonly bytes: number;
  /** Where the listing ended, and why; `undefined` for one that is whole. */
  readonly fault: string | undefined;
  readonly warnings: number;
}

/**
 * Gives the members of an archive in their order; of one that is damaged, those before the damage, which stands in the result. Nothing is
 * compared with CHECKSUMS. docs/format/07-restore.md, section 7.4.
 *
 * Throws UsageError when there is nothing, DataError for what is no file, EnvironmentError when it cannot be opened, and what `take`
 * throws, but for DataError and EnvironmentError.
 *
 * @param take is given each member, and says whether it wants the next.
 */
export function listArchive(
  { input }: ListRequest,
  take: (member: ListedMember) => 'more' | 'enough',
  options: ArchiveRun = {},
): ListResult {
  if (input === '') throw new UsageError('name the archive to list');
  const run = new CountedRun(options);
  const archive = openArchive(input);
  let [members, files, bytes, isEnough] = [0, 0, 0, false];
  const begin = (member: Member) => {
    if (isEnough) return;
    members++;
    if (member.kind === 'file') {
      files++;
      bytes += member.size;
    }
    run.progress.count(member.size);
    isEnough = take(listed(member)) === 'enough';
  };
  const onBytes = (passed: number): 'more' | 'enough' => {
    run.progress.advance(passed);
    return isEnough ? 'enough' : 'more';
  };
  try {
    run.progress.begin('listing', archive.kind === 'tar' ? archive.file?.size : undefined);
    const end = endOf(() => passArchive(archive, { begin, piece: () => {}, end: () => {} }, onBytes));
    return { ...end, input, kind: archive.kind, members, files, bytes, warnings: run.warnings };
  } finally {
    archive.close();
  }
}

function listed(member: Member): ListedMember {
  const { path, size, mtime } = member;
  return { path: displayPath(path), kind: member.kind === 'other' ? kindInWords(member) : member.kind, size, mtime };
}

function endOf(work: () => void): Pick<ListResult, 'outcome' | 'fault'> {
  try {
    work();
    return { outcome: 'listed', fault: undefined };
  } catch (error) {
    if (error instanceof DataError) return { outcome: 'damaged', fault: error.message };
    if (error instanceof EnvironmentError) return { outcome: 'unreadable', fault: error.message };
    throw error;
  }
}
