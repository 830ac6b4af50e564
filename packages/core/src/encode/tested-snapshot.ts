import type { AdapterName } from '@ekv/manifest';
import type { ByteSink, ScratchFolder, WrittenSnapshot } from '@ekv/snapshot';
import { type FileSink, writeAndClose } from '@ekv/snapshot/publish';
import { selectedAdapters } from '../adapters/adapters.ts';
import { countingDestination } from '../files/counting-destination.ts';
import { type DumpInput, folderInput } from '../files/dump-input.ts';
import type { Run } from '../run/run.ts';
import type { RowFingerprint } from '../self-test/row-fingerprint.ts';
import { type SelfTestMismatch, selfTest } from '../self-test/self-test.ts';
import { BodyChecks } from './body-checks.ts';
import { collectRows, editsOf } from './collect-rows.ts';
import type { EncodeRequest } from './encode-request.ts';

/** For tests: gets the path of the snapshot file between writing and testing it. */
export type BeforeSelfTest = (path: string) => void;

/** A snapshot of which all bytes were written. */
export interface WrittenRows extends WrittenSnapshot {
  /** Rows by selected adapter, in the canonical order. */
  readonly rows: ReadonlyMap<AdapterName, number>;
  /** Only when a self-test was asked for. */
  readonly fingerprint: RowFingerprint | undefined;
  /** Files of the whole state that do not fit the edited tree line by line. */
  readonly editedState: ReadonlySet<string>;
}

/** A snapshot in a file that is on the disk. */
export interface TestedSnapshot extends WrittenRows {
  /** Where the file differs from its tree; `undefined` as well when no self-test was asked for. */
  readonly mismatch: SelfTestMismatch | undefined;
}

/**
 * Collects the rows of a tree, sorts them and writes them out. Nothing reaches the sink before the whole tree was read, but for
 * bodies that are large.
 *
 * Throws as `collectRows` does; what the sink throws goes through. What only the bodies tell is refused after the last byte.
 *
 * @param bodies takes the checks of bodies, and is closed. Absent: all is checked, and refused, before the first byte.
 */
export function writeRows(
  request: EncodeRequest,
  sink: ByteSink,
  run: Run,
  scratch: ScratchFolder,
  bodies?: BodyChecks,
  input: DumpInput = folderInput(request.input),
): WrittenRows {
  try {
    const { writer, rows, fingerprint, editedState } = collectRows(request, run, scratch, bodies, input);
    run.progress.begin('writing the snapshot', writer.bytes);
    const written = writer.writeTo(countingDestination(sink, run.progress), {
      take: bodies?.take,
      workers: run.workers,
    });
    bodies?.report(run.warn);
    input.checkUnchanged();
    if (request.strict) run.refuseLossAndDoubt();
    return { rows, fingerprint, editedState, ...written };
  } finally {
    bodies?.close();
  }
}

/** As {@link writeRows}, into a new file, which is brought to the disk and then compared with its tree if the request says so. */
export function writeTested(
  request: EncodeRequest,
  file: FileSink,
  run: Run,
  scratch: ScratchFolder,
  beforeSelfTest: BeforeSelfTest = () => {},
  input: DumpInput = folderInput(request.input),
): TestedSnapshot {
  const written = writeAndClose(file, () => writeRows(request, file, run, scratch, new BodyChecks(), input));
  if (written.fingerprint === undefined) return { ...written, mismatch: undefined };
  beforeSelfTest(file.path);
  const mismatch = selfTest({
    path: file.path,
    tree: input.tree(),
    adapters: selectedAdapters(request.adapters),
    lastCommitTs: request.lastCommitTs,
    guards: request.guards,
    edits: editsOf(request),
    acceptFormatting: request.acceptFormatting ?? false,
    editedState: request.wholeState ? written.editedState : undefined,
    built: written.fingerprint,
    written,
    scratch,
    run,
  });
  input.checkUnchanged();
  return { ...written, mismatch };
}
