import { FileSink } from './file-sink.ts';
import { ownerLine } from './run-owner.ts';
import { ownerOf, temporaryPath } from './temporary-names.ts';

/**
 * Says whose the temporary files beside an output are, as the first of them: another run sees it, also after a kill. Not flushed, as
 * for a lock. Throws EnvironmentError.
 */
export function writeOwner(output: string, runId: string): void {
  const file = new FileSink(temporaryPath(ownerOf(output), runId), output);
  try {
    file.write(Buffer.from(ownerLine(runId)));
  } finally {
    file.close();
  }
}
