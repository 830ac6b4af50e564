import { type ArchiveRun, type ListedMember, listArchive, ReaderGoneError, StandardOutput } from '@ekv/archive';
import type { Listed, ListOrder } from './list-program.ts';

/** Lines are written when there are so many bytes of them, and at the end. */
const BLOCK_CHARACTERS = 1 << 16;

/**
 * Prints the members of an archive on standard output; with `json` the beginning of an object whose other fields the ending has. Throws
 * what `listArchive` throws, before anything is printed.
 */
export function printMembers({ input, form }: ListOrder, run: ArchiveRun): Listed {
  const output = new StandardOutput();
  let waiting = '';
  let isReaderGone = false;
  const flush = () => {
    try {
      output.write(Buffer.from(waiting));
    } catch (error) {
      if (!(error instanceof ReaderGoneError)) throw error;
      isReaderGone = true;
    }
    waiting = '';
  };
  const print = (text: string) => {
    waiting += text;
    if (waiting.length > BLOCK_CHARACTERS) flush();
    return isReaderGone ? 'enough' : 'more';
  };
  try {
    let before = '{"members":[';
    const take = (member: ListedMember) => {
      if (form === 'lines') return print(`${lineOf(member)}\n`);
      const text = `${before}${JSON.stringify(member)}`;
      before = ',';
      return print(text);
    };
    const result = listArchive({ input }, take, run);
    if (form === 'json') print(before === ',' ? '],' : `${before}],`);
    flush();
    return { result, isReaderGone };
  } finally {
    output.close();
  }
}

const SIZE_WIDTH = 12;

function lineOf({ path, kind, size, mtime }: ListedMember): string {
  const time = mtime === undefined ? '-'.padEnd(TIME_WIDTH) : timeOf(mtime);
  const more = kind === 'file' ? '' : kind === 'folder' ? '/' : ` (${kind})`;
  return `${String(size).padStart(SIZE_WIDTH)}  ${time}  ${more === '/' && path.endsWith('/') ? path : path + more}`;
}

const TIME_WIDTH = '2026-11-28T10:00:00Z'.length;
/** Beyond what a date can be. */
const MOST_SECONDS = 8.64e12;

function timeOf(seconds: number): string {
  const time = new Date(Math.min(seconds, MOST_SECONDS) * 1000).toISOString();
  return `${time.slice(0, -'.000Z'.length)}Z`;
}
