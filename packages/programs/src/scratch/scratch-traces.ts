import { existsSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Traces } from '@ekv/command-line';
import { scratchName } from '@ekv/snapshot/publish';

/** Where a command that writes nothing puts spilled data. */
interface Scratch {
  readonly scratchRoot?: string | undefined;
}

/** What a command that writes nothing may leave when it is stopped. */
export function scratchTraces({ scratchRoot }: Scratch, runId: string): Traces {
  const paths = [join(scratchRoot || tmpdir(), scratchName(runId))].filter((path) => existsSync(path));
  return { paths, bulky: paths };
}

/** Gives what removes it. */
export function scratchCleanUp(scratch: Scratch, runId: string): () => void {
  return () => {
    for (const path of scratchTraces(scratch, runId).paths) rmSync(path, { recursive: true, force: true });
  };
}
