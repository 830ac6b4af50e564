import { type AdapterName, ExpiryLimit } from '@ekv/adapter';
import {
  ADAPTER_NAMES,
  type AsOf,
  type GroupFile,
  type GroupReading,
  momentOf,
  type OpenedRows,
  openRows,
  type RunOptions,
  Selection,
  type SelectionOptions,
  selectedAdapters,
} from '@ekv/core';
import { Progress } from '@ekv/core/run-control';
import { type CheckedSnapshot, ScratchFolder, type Warn } from '@ekv/snapshot';
import { newRunId, scratchName } from '@ekv/snapshot/publish';
import type { Change } from './changes/change.ts';
import { changesBetween } from './compare.ts';
import { tellOfUnselected } from './selected-units.ts';

/** What is compared. */
export interface DiffRequest extends Omit<GroupReading, 'asOf'> {
  /** What was: a snapshot file, a dump (a folder or an archive) or a node's folder; or the snapshot files of several groups of one cluster. */
  readonly from: readonly GroupFile[];
  /** What is. */
  readonly to: readonly GroupFile[];
  /** Reads what was as of a moment, when it is a snapshot. Default: `none`, the newest state. */
  readonly fromAsOf?: AsOf | undefined;
  /** The same for what is. */
  readonly toAsOf?: AsOf | undefined;
  /** Default: all. */
  readonly adapters?: readonly AdapterName[] | undefined;
  /** What is compared of it; expired is what had expired when the later one of both was taken. Default: all. */
  readonly selection?: SelectionOptions | undefined;
  /** Folder for spilled data. Default: the system's. */
  readonly scratchRoot?: string | undefined;
}

/**
 * What changed between two states: units and scopes in the order of adapters, of scopes by the bytes of their names, of units by those of
 * theirs. Nothing when they are the same. What counts is what a dump holds. The loop may be left early.
 *
 * @throws UsageError, EnvironmentError, DataError; in the loop.
 */
export function* diffInputs(request: DiffRequest, options: RunOptions = {}): Generator<Change, void, undefined> {
  const { from, to, fromAsOf, toAsOf, adapters: names = ADAPTER_NAMES, scratchRoot, ...reading } = request;
  const selection = request.selection && new Selection(request.selection);
  const runId = options.runId ?? newRunId();
  const scratch = new ScratchFolder(scratchRoot || undefined, scratchName(runId));
  const progress = options.progress ?? new Progress();
  const opened: OpenedRows[] = [];
  try {
    for (const [inputs, asOf, asOfOption] of [
      [from, fromAsOf, 'fromAsOf'],
      [to, toAsOf, 'toAsOf'],
    ] as const)
      opened.push(
        openRows({ ...reading, inputs, asOf, asOfOption, adapters: names }, { ...options, runId, progress }, scratch),
      );
    const adapters = selectedAdapters(namesInBoth(opened, options.warn));
    const [a, b] = opened.map(({ source }) => source);
    const expired = selection?.dropsExpired ? new ExpiryLimit(momentOf(laterOf(a!, b!))) : undefined;
    yield* changesBetween(a!, b!, { adapters, scratch, scratchRoot, progress, selection, expired });
    if (selection !== undefined) {
      const place = opened.map(({ name }) => name).join(' and ');
      tellOfUnselected({ selection, adapters, sources: [a!, b!], place }, options.warn ?? (() => {}));
    }
    for (const one of opened) one.refuseChanged();
  } finally {
    for (const one of opened) one.close();
    scratch.remove();
  }
}

function laterOf({ lastCommitTs: a }: CheckedSnapshot, { lastCommitTs: b }: CheckedSnapshot): bigint {
  return a > b ? a : b;
}

/** A dump that was made without an adapter says nothing of its data. */
function namesInBoth(opened: readonly OpenedRows[], warn: Warn = () => {}): AdapterName[] {
  const names = ADAPTER_NAMES.filter((name) => opened.some(({ adapters }) => adapters.includes(name)));
  for (const { name: input, adapters } of opened) {
    const missing = names.filter((name) => !adapters.includes(name));
    if (missing.length > 0)
      warn({
        event: 'diff_without_adapters',
        message: `${input} was made without ${missing.join(', ')}, so that is not compared`,
        fields: { input, adapters: missing.join(',') },
        loss: true,
      });
  }
  return names.filter((name) => opened.every(({ adapters }) => adapters.includes(name)));
}
