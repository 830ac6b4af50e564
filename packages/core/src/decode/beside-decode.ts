import { existsSync } from 'node:fs';
import { findRuns } from '@ekv/dump-tree';
import { removeLeftovers, reportRuns, warnOfOpenFolder } from '../output/beside-output.ts';
import type { Run } from '../run/run.ts';
import { decodeCleanUp } from './decode-clean-up.ts';

/** Where a decode writes, and whether it may remove what others left there. */
interface DecodePlace {
  readonly output: string;
  readonly scratchRoot?: string | undefined;
  readonly removeLeftovers?: boolean | undefined;
}

/** Tells of other runs with this output, and removes what killed ones left when that is asked for. Before the target is examined. */
export function lookBeside({ output, scratchRoot, removeLeftovers: isRemoving = false }: DecodePlace, run: Run): void {
  const runs = findRuns(output);
  const remove = (runId: string) => {
    const wasThere = existsSync(output);
    decodeCleanUp({ output, runId, scratchRoot })();
    if (!wasThere && existsSync(output)) warnOfDumpBack(output, run);
  };
  reportRuns(isRemoving ? removeLeftovers(runs, remove, run) : runs, run);
  warnOfOpenFolder(output, run);
}

function warnOfDumpBack(output: string, run: Run): void {
  run.warn({
    event: 'earlier_dump_back',
    message: `${output} is there again: it is the earlier dump that a run which was killed had moved away to replace it`,
    fields: {},
  });
}
