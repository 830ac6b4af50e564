import type { Adapter, DecodeRun } from '@ekv/adapter';
import { TreeProblemsError, type TreeSink } from '@ekv/dump-tree';
import { RowError, type RowSource } from '@ekv/snapshot';
import { ROWS_OF_A_FILE } from './counting-sink.ts';

/** What an adapter has to do, by the rows that it reads and the files that they become. */
export function workOf(source: RowSource, { families, fileFamilies }: Adapter): number {
  const rows = (prefixes: readonly string[]) => prefixes.reduce((sum, prefix) => sum + source.count(prefix), 0);
  return rows(families.data) + ROWS_OF_A_FILE * rows(fileFamilies);
}

/** Runs one adapter, where there is anything for it, and gives an error about a row its place in the file. */
export function decodeAdapter(adapter: Adapter, source: RowSource, sink: TreeSink, run: DecodeRun): void {
  if (!hasWork(source, adapter, run)) return;
  try {
    adapter.decode(source, sink, run);
  } catch (error) {
    if (error instanceof RowError) throw source.located(error);
    if (!(error instanceof TreeProblemsError)) throw error;
    const lines = error.problems.map((problem) => `${source.path}: ${problem}`);
    throw new TreeProblemsError(lines, error.complete);
  }
}

/** An adapter takes longer to load than a small snapshot to decode. It may have to look at other snapshots, and at the whole state, without a row of its own. */
function hasWork(source: RowSource, { families }: Adapter, { state, payloadsFrom = [] }: DecodeRun): boolean {
  return families.data.some((prefix) => source.count(prefix) > 0) || state !== undefined || payloadsFrom.length > 0;
}
