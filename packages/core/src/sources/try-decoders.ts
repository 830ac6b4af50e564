import type { Exclusions } from '@ekv/manifest';
import { DataError, type ScratchFolder } from '@ekv/snapshot';
import { selectedAdapters } from '../adapters/adapters.ts';
import { countingSink } from '../adapters/counting-sink.ts';
import { decodeAdapter, workOf } from '../adapters/decode-adapter.ts';
import { DiscardingSink } from '../decode/discarding-sink.ts';
import { Run, type RunOptions } from '../run/run.ts';
import type { OpenedRows } from './open-rows.ts';

/** What a decode would do. */
export interface TriedDecode {
  /** Why it would refuse the rows, by adapter; empty when it takes them. */
  readonly refusals: readonly string[];
  /** Files that it would write, and their bytes. */
  readonly files: number;
  readonly bytes: number;
}

/**
 * Decodes rows to nothing: gives the warnings of a decode, and what it would refuse. What is wrong for one adapter does not keep the others from
 * being looked at.
 *
 * @throws EnvironmentError.
 */
export function tryDecoders(
  { source, adapters }: OpenedRows,
  exclusions: Exclusions,
  options: RunOptions,
  scratch: ScratchFolder,
): TriedDecode {
  const run = new Run(options);
  const discarded = new DiscardingSink();
  const sink = countingSink(discarded, run.progress);
  const refusals: string[] = [];
  source.countRowsIn(run.progress.doneCell);
  for (const adapter of selectedAdapters(adapters)) {
    run.progress.begin(adapter.name, workOf(source, adapter));
    try {
      decodeAdapter(adapter, source, sink, { warn: run.warn, scratch, workers: run.workers, exclusions, shiftMs: 0n });
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      refusals.push(`${adapter.name}: ${error.message}`);
    }
  }
  return { refusals, files: discarded.files, bytes: discarded.bytes };
}
