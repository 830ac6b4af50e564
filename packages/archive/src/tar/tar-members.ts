import { HeaderBlock } from './header-block.ts';
import { writePaxRecords } from './pax-records.ts';
import { BLOCK_BYTES, MOST_OCTAL, type NewHeader, paddingOf, writeHeader } from './tar-header.ts';

const LONGEST_NAME = 100;
const LONGEST_PREFIX = 155;

/** A folder or a file of an archive. */
export interface NewMember {
  /** Byte string relative to the root, without a slash at its end. */
  readonly path: string;
  readonly kind: 'file' | 'folder';
  /** Bytes; 0 for a folder. */
  readonly size: number;
  /** Seconds since 1970. */
  readonly mtime: number;
}

const FILE_MODE = 0o644;
const FOLDER_MODE = 0o755;

/** What stands before the bytes of a member: its header, and a pax member before it when the header has no room for its path or size. */
export function memberHead({ path, kind, size, mtime }: NewMember): Buffer {
  const mode = kind === 'file' ? FILE_MODE : FOLDER_MODE;
  const type = kind === 'file' ? '0' : '5';
  const parts = isAscii(path) ? ustarParts(path) : undefined;
  const values = {
    ...(parts === undefined && { path }),
    ...(size > MOST_OCTAL && { size: String(size) }),
  };
  const short = parts ?? { prefix: '', name: asciiOf(path).slice(0, LONGEST_NAME) };
  const header = writeHeader({ ...short, mode, size, mtime, type });
  return Object.keys(values).length === 0 ? header : Buffer.concat([paxMember(path, values), header]);
}

/**
 * The heads of members of one time, made in place in one block, which is valid until the next one: what all of them share stands there
 * already. The same bytes as those of {@link memberHead}.
 */
export class MemberHeads {
  readonly #mtime: number;
  readonly #file: HeaderBlock;
  readonly #folder: HeaderBlock;

  /** @param mtime seconds since 1970. */
  constructor(mtime: number) {
    this.#mtime = mtime;
    this.#file = new HeaderBlock({ mode: FILE_MODE, mtime, type: '0' });
    this.#folder = new HeaderBlock({ mode: FOLDER_MODE, mtime, type: '5' });
  }

  /** Byte string; bytes. */
  file(path: string, size: number): Buffer {
    return this.#of(this.#file, path, 'file', size);
  }

  folder(path: string): Buffer {
    return this.#of(this.#folder, path, 'folder', 0);
  }

  #of(block: HeaderBlock, path: string, kind: NewMember['kind'], size: number): Buffer {
    const slash = path.length <= LONGEST_NAME ? -1 : slashOf(path);
    if (slash !== undefined && size <= MOST_OCTAL) {
      const head = block.of(path, slash, size);
      if (head !== undefined) return head;
    }
    return memberHead({ path, kind, size, mtime: this.#mtime });
  }
}

/** The end of an archive. */
export const ARCHIVE_END: Buffer = Buffer.alloc(2 * BLOCK_BYTES);

function paxMember(path: string, values: Readonly<Record<string, string>>): Buffer {
  const records = writePaxRecords(values);
  const slash = path.lastIndexOf('/');
  const folder = slash === -1 ? '.' : path.slice(0, slash);
  const name = asciiOf(`${folder}/PaxHeaders.0/${path.slice(slash + 1)}`).slice(0, LONGEST_NAME);
  const header: NewHeader = { name, prefix: '', mode: 0, size: records.length, mtime: 0, type: 'x' };
  return Buffer.concat([writeHeader(header), records, Buffer.alloc(paddingOf(records.length))]);
}

function ustarParts(path: string): { readonly prefix: string; readonly name: string } | undefined {
  if (path.length <= LONGEST_NAME) return { prefix: '', name: path };
  const slash = slashOf(path);
  return slash === undefined ? undefined : { prefix: path.slice(0, slash), name: path.slice(slash + 1) };
}

/** Where a path of 101 to 256 bytes is divided. */
function slashOf(path: string): number | undefined {
  if (path.length > LONGEST_NAME + 1 + LONGEST_PREFIX) return undefined;
  const slash = path.indexOf('/', path.length - LONGEST_NAME - 1);
  return slash <= 0 || slash > LONGEST_PREFIX || slash === path.length - 1 ? undefined : slash;
}

function isAscii(path: string): boolean {
  return !/[^\x20-\x7e]/.test(path);
}

function asciiOf(path: string): string {
  return path.replace(/[^\x20-\x7e]/g, '');
}
