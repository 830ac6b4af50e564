import { cleanedPath, displayPath } from '@ekv/dump-tree';
import { DataError } from '@ekv/snapshot';
import type { Member } from '../tar/tar-reader.ts';
import { type ArchiveLimits, limitsOf } from './archive-limits.ts';

/** Bytes that a path has at most, on Linux, with what stands before it. */
const LONGEST_PATH = 4095;

/** An empty folder that elastickv's own decode leaves in its trees. docs/format/02-dump-tree.md, section 1. */
export const LEFT_SCRATCH = '.scratch';

/**
 * What a member of an archive must be to belong into a dump. An archive may come from anybody: nothing of it reaches out of the folder
 * that it is unpacked to. docs/format/07-restore.md, section 7.3.
 */
export class MemberRules {
  readonly #maxMembers: number;
  readonly #maxBytes: number;
  #members = 0;
  #bytes = 0;

  /** Throws UsageError for what is no limit. */
  constructor(limits: ArchiveLimits) {
    const { maxMembers, maxBytes } = limitsOf(limits);
    this.#maxMembers = maxMembers;
    this.#maxBytes = maxBytes;
  }

  /** Members so far, folders too. */
  get members(): number {
    return this.#members;
  }

  /** @returns the path below the root; `undefined` for a folder that a tree does not need. Throws DataError. */
  accept(member: Member): string | undefined {
    this.#count(member);
    const path = this.#pathOf(member);
    if (member.kind === 'other') throw refused(member, `is ${kindInWords(member)}; a dump has files and folders only`);
    if (path === '' && member.kind === 'file') throw refused(member, 'is a file in the place of the root folder');
    return path === '' || (path === LEFT_SCRATCH && member.kind === 'folder') ? undefined : path;
  }

  #count(member: Member): void {
    this.#members++;
    if (this.#members > this.#maxMembers)
      throw new DataError(
        `it has more than ${this.#maxMembers} files and folders; raise the option maxMembers when it is right that it does`,
      );
    // Of a folder too: bytes that nobody keeps take their time all the same.
    this.#bytes += member.size;
    if (this.#bytes > this.#maxBytes)
      throw refused(
        member,
        `has ${member.size} bytes, with which all files have more than ${this.#maxBytes} together; raise the option maxBytes when it is right that they do`,
      );
  }

  #pathOf(member: Member): string {
    const { path } = member;
    if (path.includes('\0')) throw refused(member, 'has a NUL in its path, which no file has');
    const cleaned = cleanedPath(path);
    if (cleaned === undefined)
      throw refused(member, 'has an absolute path, or one that leaves the folder it is unpacked to');
    if (cleaned.length > LONGEST_PATH)
      throw refused(member, `has a path of ${cleaned.length} bytes, more than any system takes`);
    return cleaned;
  }
}

/** Paths in messages are cut: a hostile one has thousands of characters. */
const SHOWN_PATH = 200;

function refused({ path }: Member, what: string): DataError {
  const shown = path.length > SHOWN_PATH ? `${path.slice(0, SHOWN_PATH)}...` : path;
  return new DataError(`the member "${displayPath(shown)}" ${what}`);
}

const KINDS: Readonly<Record<string, string>> = {
  '1': 'a hard link',
  '2': 'a symlink',
  '3': 'a device',
  '4': 'a device',
  '6': 'a pipe (FIFO)',
  '7': 'a contiguous file',
  S: 'a file with holes',
  V: 'the label of a volume',
  M: 'the rest of a file on another volume',
};

/** What a member is that is neither a file nor a folder. */
export function kindInWords({ type }: Pick<Member, 'type'>): string {
  return KINDS[type] ?? (type === '0' ? 'a file with holes, or a link' : `of the unknown type ${JSON.stringify(type)}`);
}
