import type { ScratchFolder } from '@ekv/snapshot';
import type { WrittenKind } from '../compression/archive-sink.ts';
import { type Files, MANIFEST } from '../dump.test-data.ts';
import { ArchiveFileTarget } from './archive-target.ts';
import { StagedArchive } from './staged-archive.ts';

export interface DecodedArchive {
  readonly path: string;
  readonly kind: WrittenKind;
  readonly scratch: ScratchFolder;
  /** All but the manifest. */
  readonly files: Files;
  readonly mtime?: number;
  /** Whether the manifest is known before the files are. Default: first. */
  readonly manifest?: 'first' | 'last';
}

/** An archive of these files, and of an empty folder, as a decode writes it: some whole, some in pieces. */
export function writeDecoded({ path, kind, scratch, files, mtime = 1_700_000_000, manifest }: DecodedArchive): string {
  const target = ArchiveFileTarget.create(path, { force: false, runId: '0123456789abcdef' });
  const archive = new StagedArchive(target, { kind, scratch, mtime });
  try {
    if (manifest !== 'last') archive.begin(Buffer.from(MANIFEST));
    for (const [file, content] of Object.entries(files)) {
      const bytes = Buffer.from(content);
      if (file.length % 2 === 0) archive.file(file, bytes);
      else {
        const pieces = archive.pieces(file);
        for (let at = 0; at < bytes.length; at += 100_000) pieces.write(bytes.subarray(at, at + 100_000));
        pieces.close();
      }
    }
    archive.folder('dynamodb/t/items');
    archive.publish(Buffer.from(MANIFEST));
  } finally {
    archive.abandon();
  }
  return path;
}
