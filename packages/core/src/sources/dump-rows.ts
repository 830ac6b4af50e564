import { closeSync } from 'node:fs';
import type { Owner } from '@ekv/adapter';
import { CHECKSUMS_NAME } from '@ekv/dump-tree';
import { type AdapterName, adapterInManifest, lastCommitTs, type Manifest } from '@ekv/manifest';
import {
  type ByteSink,
  type CheckedSnapshot,
  environmentError,
  type OpenScratchFile,
  openSnapshot,
  openUnlinked,
  type ScratchFolder,
  writeAll,
} from '@ekv/snapshot';
import { ADAPTERS } from '../adapters/adapters.ts';
import { checkGuards } from '../adapters/guards.ts';
import type { CheckListener } from '../decode/checked-input.ts';
import { KNOWN_FAMILIES } from '../decode/row-classes.ts';
import { writeRows } from '../encode/tested-snapshot.ts';
import { type DumpInput, openDumpInput } from '../files/dump-input.ts';
import { guardFieldsOf } from '../files/manifest-input.ts';
import { Run } from '../run/run.ts';
import { filtersText } from '../selection/filters.ts';
import { PartOfTree } from './part-of-tree.ts';

/** The rows of a dump. */
export interface DumpRows {
  readonly source: CheckedSnapshot;
  /** Of the adapters that were asked for those that the dump was made with. */
  readonly adapters: readonly AdapterName[];
  close(): void;
}

/**
 * The rows that encode makes of a dump, a folder or an archive: sorted, in a scratch file without a name.
 *
 * @throws UsageError and DataError as encode does, EnvironmentError.
 */
export function dumpRows(
  path: string,
  { adapters: wanted, listener, units }: DumpRowsRequest,
  run: Run,
  scratch: ScratchFolder,
): DumpRows {
  const input = openDumpInput(path, scratch, run.progress, run.workers);
  try {
    const manifest = input.manifest(run.warn);
    const adapters = wanted.filter((name) => adapterInManifest(manifest, name));
    const read = units === undefined ? input : partOf(input, units);
    warnOfFilters(manifest, path, run);
    // What the tree holds beside the data is not looked at, as what encode cannot restore.
    checkGuards(guardFieldsOf(manifest), adapters, true, run.warn);
    return { adapters, ...encodedRows(read, { path, manifest, adapters, listener }, run, scratch) };
  } finally {
    input.close();
  }
}

/** Which rows of a dump. */
interface DumpRowsRequest {
  readonly adapters: readonly AdapterName[];
  readonly listener?: CheckListener | undefined;
  /** Files that by their names are of others are not read. */
  readonly units?: readonly Owner[] | undefined;
}

/** Of a part no checksum is compared: files that are not read would be missing. */
function partOf(input: DumpInput, units: readonly Owner[]): DumpInput {
  const isSeen = (path: string) =>
    units.some((owner) => {
      const adapter = ADAPTERS.find(({ name }) => name === owner.adapter);
      return (
        adapter !== undefined &&
        (path === adapter.name || path.startsWith(`${adapter.name}/`)) &&
        adapter.mayBeOf(path, owner)
      );
    });
  return {
    ...input,
    has: (name) => name !== CHECKSUMS_NAME && input.has(name),
    tree: () => new PartOfTree(input.tree(), isSeen),
  };
}

/** Who looks at a part should not take it for all. */
function warnOfFilters({ ekv }: Manifest, path: string, { warn }: Run): void {
  const filter = filtersText(ekv?.filter ?? []);
  if (filter === '') return;
  warn({
    event: 'filtered_dump',
    message: `${path} holds what ${filter} took, and no other data`,
    fields: { filter },
    loss: true,
  });
}

/** A dump whose manifest was read. */
interface Dump {
  readonly path: string;
  readonly manifest: Manifest;
  readonly adapters: readonly AdapterName[];
  /** Default: of what the adapters' folders have no place for nothing is read. */
  readonly wholeState?: boolean | undefined;
  readonly listener?: CheckListener | undefined;
}

/** As {@link dumpRows}, of a dump that is open. The caller has looked at what its manifest says. */
export function encodedRows(
  input: DumpInput,
  { path, manifest, adapters, wholeState, listener }: Dump,
  run: Run,
  scratch: ScratchFolder,
): Pick<DumpRows, 'source' | 'close'> {
  const guards = guardFieldsOf(manifest);
  const file = openUnlinked(scratch, 'rows');
  const close = () => closeSync(file.fd);
  try {
    const request = { input: path, adapters, lastCommitTs: lastCommitTs(manifest), guards, wholeState };
    writeRows(request, scratchSink(file), weighty(run), scratch, undefined, input);
    const snapshot = openSnapshot(path, { fd: file.fd, scratch });
    listener?.begin(snapshot.keysThroughout(KNOWN_FAMILIES));
    const options = { families: KNOWN_FAMILIES, bodies: 'passed over', onVersion: listener?.onVersion } as const;
    return { source: snapshot.check(options), close };
  } catch (error) {
    close();
    throw error;
  }
}

/** No node starts from these rows: what it would do with them is of no concern, only what they lack. */
function weighty({ runId, progress, gate, workers, warn }: Run): Run {
  return new Run({
    runId,
    progress,
    gate,
    workers,
    warn: (warning) => {
      if (warning.loss || warning.doubt) warn(warning);
    },
  });
}

/** Writes into a file of the scratch folder. */
export function scratchSink({ fd, path }: OpenScratchFile): ByteSink {
  const write = (bytes: Uint8Array) => {
    try {
      writeAll(fd, bytes);
    } catch (error) {
      throw environmentError(error, 'write', path);
    }
  };
  return { write, holdsBlocks: 'during the call' };
}
