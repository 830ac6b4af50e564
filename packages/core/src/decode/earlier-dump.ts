import {
  CHECKSUMS_NAME,
  type ChecksumsReport,
  ChecksumsVerifier,
  filesBelow,
  MANIFEST_NAME,
  type TreeSource,
} from '@ekv/dump-tree';
import { adapterInManifest, EXCLUSION_NAMES, type Filters, type Manifest } from '@ekv/manifest';
import { EkvError, EnvironmentError, ScratchFolder } from '@ekv/snapshot';
import { type DumpInput, openDumpInput } from '../files/dump-input.ts';
import { LISTED_FOLDERS } from '../files/listed-folders.ts';
import { ADAPTER_NAMES } from '../run/adapter-list.ts';
import { Progress } from '../run/progress.ts';
import { filtersOf, filtersText } from '../selection/filters.ts';
import { Selection } from '../selection/selection.ts';
import { type DecodeRequest, partBytesOf } from './decode-request.ts';

/** What is known of a snapshot before it is decoded. */
export interface WantedDump {
  readonly request: DecodeRequest;
  readonly snapshotIndex: bigint;
  readonly lastCommitTs: bigint;
  /** For a scratch folder of its own. */
  readonly scratchName: string;
}

/** What stands at the output before a decode: the dump that the decode is to make, another one, or nothing that is a dump. */
export type AtOutput = EarlierDump | OtherDump | { readonly state: 'no dump' };

/** A dump that is not the wanted one. */
export interface OtherDump {
  readonly state: 'other';
  /** What tells them apart, for people. */
  readonly why: string;
}

/** A dump that is there already: all that its CHECKSUMS lists, and what else stands in it. */
export interface EarlierDump {
  readonly state: 'same';
  readonly unlisted: {
    readonly count: number;
    /** The first ones, each one line for people. */
    readonly examples: readonly string[];
  };
}

/**
 * Whether the dump that a decode is to make stands at its output already: of the same snapshot, with the same options, and with all
 * files as its CHECKSUMS lists them. docs/format/01-snapshot.md, section 8.2.
 */
export function findEarlierDump(wanted: WantedDump): AtOutput {
  const { output, scratchRoot } = wanted.request;
  const scratch = new ScratchFolder(scratchRoot || undefined, wanted.scratchName);
  let dump: DumpInput | undefined;
  try {
    let hasUnknownFields = false;
    dump = openDumpInput(output, scratch, new Progress());
    const manifest = dump.manifest(() => {
      hasUnknownFields = true;
    });
    // They may say anything of the tree.
    if (hasUnknownFields) return other('its MANIFEST.json has fields that this version does not know');
    const why = difference(manifest, wanted);
    return why === undefined ? verified(dump, scratch) : other(why);
  } catch (error) {
    // What cannot be read may be one: nobody must be told to replace it.
    if (error instanceof EkvError && !(error instanceof EnvironmentError)) return { state: 'no dump' };
    throw error;
  } finally {
    dump?.close();
    scratch.remove();
  }
}

function other(why: string): OtherDump {
  return { state: 'other', why };
}

/** What the manifest says that the wanted dump would not say; `undefined` when they agree. */
function difference(manifest: Manifest, { request, snapshotIndex, lastCommitTs }: WantedDump): string | undefined {
  if (manifest.ekv?.groups !== undefined) return 'it was made of several groups';
  if (manifest.ekv?.as_of_ts !== undefined) return `it has the data as of ${manifest.ekv.as_of_ts}`;
  if (manifest.snapshot_index !== snapshotIndex) return `it is the dump of snapshot ${manifest.snapshot_index}`;
  if (manifest.last_commit_ts !== lastCommitTs)
    return `its snapshot had the commit timestamp ${manifest.last_commit_ts}, this one has ${lastCommitTs}`;
  if (filtersText(manifest.ekv?.filter ?? []) !== filtersText(wantedFilters(request, lastCommitTs)))
    return 'it was made with another selection';
  if (manifest.ekv?.partial !== undefined) return 'it was salvaged, so a part of the snapshot is not in it';
  if ((manifest.ekv?.whole_state ?? false) !== (request.wholeState ?? false))
    return `it was made ${request.wholeState ? 'without' : 'with'} --whole-state`;
  if (manifest.cluster_id !== (request.clusterId ?? '')) return `it was made with another --cluster-id`;
  if (manifest.dynamodb_layout !== (request.dynamodbLayout ?? 'per-item')) return 'its DynamoDB layout is another one';
  if (manifest.ekv?.dynamodb_jsonl?.part_bytes !== partBytes(request)) return 'its DynamoDB files have another size';
  if (ADAPTER_NAMES.some((name) => adapterInManifest(manifest, name) !== request.adapters.includes(name)))
    return 'it was made for other adapters';
  const flag = EXCLUSION_NAMES.find(
    (name) => (manifest.exclusions[name] ?? false) !== (request.exclusions[name] ?? false),
  );
  return flag && `it was made ${manifest.exclusions[flag] ? 'with' : 'without'} ${flag}`;
}

function wantedFilters({ selection }: DecodeRequest, lastCommitTs: bigint): Filters {
  return filtersOf(selection && new Selection(selection), [], lastCommitTs);
}

/** Reads every file once, also those that are not listed. */
function verified(dump: DumpInput, scratch: ScratchFolder): AtOutput {
  const verifier = new ChecksumsVerifier(scratch);
  const tree = dump.tree(verifier);
  const strangers = strangersIn(tree);
  for (const folder of LISTED_FOLDERS.filter((name) => tree.isFolder(name))) {
    for (const { path, kind } of filesBelow(tree, folder)) {
      if (kind === 'file') hash(tree, path);
      else strangers.push(tree.display(path));
    }
  }
  const report = verifier.finish(dump.tree(), LISTED_FOLDERS);
  if (report === undefined) return other('it has no CHECKSUMS to know it by');
  const damage = firstFinding(report);
  if (damage !== undefined) return other(`its files are not as its CHECKSUMS lists them: ${damage}`);
  const { count, examples } = report.unlisted;
  return { state: 'same', unlisted: { count: strangers.length + count, examples: [...strangers, ...examples] } };
}

/** What stands at the top of a dump and belongs to none. Hidden entries are left by programs that work there. */
function strangersIn(tree: TreeSource): string[] {
  const known = new Set([...LISTED_FOLDERS, MANIFEST_NAME, CHECKSUMS_NAME]);
  const names = [...tree.entries('')].map(({ name }) => name);
  return names.filter((name) => !known.has(name) && !name.startsWith('.')).map((name) => tree.display(name));
}

/** The verifier gets the digest. */
function hash(tree: TreeSource, path: string): void {
  tree.openOptional(path)?.close();
}

/** One of the files that are not there as they are listed. */
function firstFinding({ changed, missing, malformed, irregular, unreadable }: ChecksumsReport): string | undefined {
  if (changed.count > 0) return `${changed.examples[0]} was changed`;
  if (missing.count > 0) return `${missing.examples[0]} is missing`;
  return [...malformed.examples, ...irregular.examples, ...unreadable.examples][0];
}

function partBytes(request: DecodeRequest): bigint | undefined {
  const bytes = partBytesOf(request);
  return bytes === undefined ? undefined : BigInt(bytes);
}
