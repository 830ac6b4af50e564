import {
  CHECKSUMS_NAME,
  type ChecksumsReport,
  ChecksumsVerifier,
  filesBelow,
  InputTree,
  MANIFEST_NAME,
} from '@ekv/dump-tree';
import { adapterInManifest, EXCLUSION_NAMES, type Manifest } from '@ekv/manifest';
import { EkvError, EnvironmentError, ScratchFolder } from '@ekv/snapshot';
import { LISTED_FOLDERS } from '../files/listed-folders.ts';
import { openManifest } from '../files/manifest-input.ts';
import { ADAPTER_NAMES } from '../run/adapter-list.ts';
import type { DecodeRequest } from './decode-request.ts';

/** What is known of a snapshot before it is decoded. */
export interface WantedDump {
  readonly request: DecodeRequest;
  readonly snapshotIndex: bigint;
  readonly lastCommitTs: bigint;
  /** For a scratch folder of its own. */
  readonly scratchName: string;
}

/** A dump that is there already: all that its CHECKSUMS lists, and what else stands in it. */
export interface EarlierDump {
  readonly unlisted: {
    readonly count: number;
    /** The first ones, each one line for people. */
    readonly examples: readonly string[];
  };
}

/**
 * The dump that a decode is to make, when it stands at its output already: of the same snapshot, with the same options, and with all
 * files as its CHECKSUMS lists them. docs/format/01-snapshot.md, section 8.2.
 */
export function findEarlierDump(wanted: WantedDump): EarlierDump | undefined {
  const { output, scratchRoot } = wanted.request;
  const scratch = new ScratchFolder(scratchRoot || undefined, wanted.scratchName);
  try {
    let isOther = false;
    // Fields that this version does not know may say anything of the tree.
    const manifest = openManifest(output, () => {
      isOther = true;
    });
    if (isOther || !isSame(manifest, wanted)) return undefined;
    return verified(output, scratch);
  } catch (error) {
    // It is no dump. What cannot be read may be one: nobody must be told to replace it.
    if (error instanceof EkvError && !(error instanceof EnvironmentError)) return undefined;
    throw error;
  } finally {
    scratch.remove();
  }
}

function isSame(manifest: Manifest, { request, snapshotIndex, lastCommitTs }: WantedDump): boolean {
  return (
    manifest.snapshot_index === snapshotIndex &&
    manifest.last_commit_ts === lastCommitTs &&
    manifest.ekv?.partial === undefined &&
    manifest.cluster_id === (request.clusterId ?? '') &&
    manifest.dynamodb_layout === (request.dynamodbLayout ?? 'per-item') &&
    ADAPTER_NAMES.every((name) => adapterInManifest(manifest, name) === request.adapters.includes(name)) &&
    EXCLUSION_NAMES.every((name) => (manifest.exclusions[name] ?? false) === (request.exclusions[name] ?? false))
  );
}

/** Reads every file once, also those that are not listed. */
function verified(output: string, scratch: ScratchFolder): EarlierDump | undefined {
  const verifier = new ChecksumsVerifier(scratch);
  const tree = new InputTree(output, { verifier });
  const strangers = strangersIn(tree);
  for (const folder of LISTED_FOLDERS.filter((name) => tree.isFolder(name))) {
    for (const { path, kind } of filesBelow(tree, folder)) {
      if (kind === 'file') hash(tree, path);
      else strangers.push(tree.display(path));
    }
  }
  const report = verifier.finish(new InputTree(output), LISTED_FOLDERS);
  if (report === undefined || !isAllThere(report)) return undefined;
  const { count, examples } = report.unlisted;
  return { unlisted: { count: strangers.length + count, examples: [...strangers, ...examples] } };
}

/** What stands at the top of a dump and belongs to none. Hidden entries are left by programs that work there. */
function strangersIn(tree: InputTree): string[] {
  const known = new Set([...LISTED_FOLDERS, MANIFEST_NAME, CHECKSUMS_NAME]);
  const names = [...tree.entries('')].map(({ name }) => name);
  return names.filter((name) => !known.has(name) && !name.startsWith('.')).map((name) => tree.display(name));
}

/** The verifier gets the digest. */
function hash(tree: InputTree, path: string): void {
  tree.openOptional(path)?.close();
}

function isAllThere({ changed, missing, malformed, unreadable }: ChecksumsReport): boolean {
  return [changed, missing, malformed, unreadable].every(({ count }) => count === 0);
}
