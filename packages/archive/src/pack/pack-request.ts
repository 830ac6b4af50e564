import { UsageError } from '@ekv/snapshot';

/** How the bytes of an archive are packed. */
export type Compression = 'zstd' | 'none';

/** A tree, and the archive that is to be made of it. docs/format/07-restore.md, section 7.2. */
export interface PackRequest {
  /** Root of the dump tree; a link to it is followed. */
  readonly input: string;
  /** The archive; nothing may stand there without `force`. `-` is standard output. */
  readonly output: string;
  /** Replaces an archive of a dump at the output, and nothing else. */
  readonly force?: boolean | undefined;
  /** Default: `zstd`. */
  readonly compression?: Compression | undefined;
  /** Most files and folders. Default: any number, with a warning where elastickv's own tool would not unpack them. */
  readonly maxMembers?: number | undefined;
  /** Folder for spilled data. Default: the system's. */
  readonly scratchRoot?: string | undefined;
}

export interface PackResult {
  readonly outcome: 'packed';
  readonly input: string;
  readonly output: string;
  readonly compression: Compression;
  /** Files and folders. */
  readonly members: number;
  readonly files: number;
  /** Of the files. */
  readonly bytes: number;
  readonly archiveBytes: number;
  /** Of the archive, 64 lower-case hex digits. Equal trees give equal archives. */
  readonly sha256: string;
  /** Whether an older archive was. */
  readonly replaced: boolean;
  readonly warnings: number;
}

/** Throws UsageError. */
export function checkPackRequest({ input, output, compression = 'zstd', maxMembers = 1 }: PackRequest): void {
  if (input === '') throw new UsageError('--input is required: name the root of a dump tree');
  if (input === '-') throw new UsageError('--input -: a tree is a folder; name it (one that is called - is ./-)');
  if (output === '') throw new UsageError('--output is required: name the archive to make, or - for standard output');
  if (compression !== 'zstd' && compression !== 'none')
    throw new UsageError(`the option compression must be zstd or none, not ${JSON.stringify(compression)}`);
  if (!Number.isSafeInteger(maxMembers) || maxMembers < 1)
    throw new UsageError(`the option maxMembers must be a whole number from 1 on, not ${maxMembers}`);
}
