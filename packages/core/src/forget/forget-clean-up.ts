import { decodeCleanUp } from '../decode/decode-clean-up.ts';
import { removeEncodeTemporaries } from '../publish/remove-encode-temporaries.ts';
import type { StoppedRun } from '../run/stopped-run.ts';

/** Looks at the place of a forget before it is started. @returns what removes the traces of it when it was stopped: of a snapshot, or of a dump. */
export function forgetCleanUp(run: StoppedRun): () => void {
  const ofDump = decodeCleanUp(run);
  return () => {
    if (run.output !== '') removeEncodeTemporaries(run);
    ofDump();
  };
}
