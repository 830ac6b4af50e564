import { join } from 'node:path';
import { SnapshotFormatError } from '@ekv/snapshot';
import { type DecodeRequest, type DecodeResult, decodeSnapshot } from './decode-snapshot.ts';
import { refuseStandardStream } from './output-kind.ts';
import type { RunOptions } from './run.ts';
import { examineCandidate, nextOlder, openSnapshotFolder, type SnapshotFolder } from './snapshot-folder.ts';

export interface DecodeFolderRequest extends Omit<DecodeRequest, 'input'> {
  /** A node's `fsm-snap` folder, or its data folder above that. */
  readonly folder: string;
  /** Decodes every snapshot, each to a folder of its own inside `output`; else the newest one, to `output`. */
  readonly all?: boolean;
}

/**
 * Decodes the newest snapshot that a node left, or all of them from the oldest on. Each is checked as a whole, against the
 * node's token too, before anything of it is written; the first failure ends the run. docs/format/01-snapshot.md,
 * section 8.2.
 *
 * Throws as {@link decodeSnapshot} does.
 */
export function decodeSnapshotFolder(request: DecodeFolderRequest, options: RunOptions = {}): DecodeResult[] {
  refuseStandardStream(request.output, '--output', 'the folder to make');
  const folder = openSnapshotFolder(request.folder);
  const candidates = request.all ? folder.candidates : folder.candidates.slice(-1);
  return candidates.map((candidate) => decodeCandidate(request, folder, candidate, options));
}

function decodeCandidate(
  request: DecodeFolderRequest,
  folder: SnapshotFolder,
  candidate: string,
  options: RunOptions,
): DecodeResult {
  const input = join(folder.path, `${candidate}.fsm`);
  const output = request.all ? join(request.output, candidate) : request.output;
  try {
    return decodeSnapshot({ ...request, input, output }, options, (summary) =>
      examineCandidate(folder, candidate, summary),
    );
  } catch (error) {
    if (!(error instanceof SnapshotFormatError)) throw error;
    const { offset, ordinal, key } = error;
    const message = `${error.message}; ${nextOlder(folder, candidate)}`;
    throw new SnapshotFormatError(message, { offset, ordinal, ...(key === undefined ? {} : { key }) });
  }
}
