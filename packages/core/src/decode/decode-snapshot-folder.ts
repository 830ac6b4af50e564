import { closeSync } from 'node:fs';
import { type Damage, type DamageKind, DataError, type Warn, type Warning } from '@ekv/snapshot';
import { type GroupFolder, groupFoldersIn, type OpenGroup, openGroup } from '../groups/group-folders.ts';
import { examineCandidate } from '../node-folder/examine-candidate.ts';
import { noSnapshot } from '../node-folder/no-snapshot.ts';
import { type OpenCandidate, openNewest, TOKEN_PATIENCE_MS } from '../node-folder/open-candidate.ts';
import { findSnapshotFolder, nextOlder } from '../node-folder/snapshot-folder.ts';
import type { RunOptions } from '../run/run.ts';
import { withDamageHint } from './damage-hint.ts';
import { decodeTogether } from './decode-groups.ts';
import {
  checkedAdapters,
  type DecodeInput,
  type DecodeRequest,
  type DecodeResult,
  type OpenedSnapshot,
} from './decode-request.ts';
import { decodeInputs } from './decode-snapshot.ts';

export interface DecodeFolderRequest extends Omit<DecodeRequest, 'input'> {
  /** A node's `fsm-snap` folder, its data folder above that, or the one above of several groups. The node may be at work. */
  readonly folder: string;
  /** How long a token that is missing or cut is looked for again, ms. Default: 2000. */
  readonly tokenPatienceMs?: number;
}

/**
 * Decodes the newest snapshot that a node left to `output`. It is checked as a whole, against the node's token too, before anything
 * of it is written; an older one is never taken in its place. Of a node with several groups the newest of each are decoded together.
 * docs/format/01-snapshot.md, section 8.2.
 *
 * Throws as {@link decodeSnapshot} does.
 */
export function decodeSnapshotFolder(request: DecodeFolderRequest, options: RunOptions = {}): DecodeResult {
  checkedAdapters({ ...request, input: request.folder });
  const groups = groupFoldersIn(request.folder);
  if (groups !== undefined) return decodeGroupFolders(groups, request, options);
  const folder = findSnapshotFolder(request.folder);
  const { tokenPatienceMs = TOKEN_PATIENCE_MS, ...shared } = request;
  const choice = countingWarnings(options);
  const candidate = openNewest(request.folder, folder, {
    patienceMs: tokenPatienceMs,
    folders: request.strict ? 'refused' : 'passed over',
    warn: choice.warn,
  });
  try {
    const decode = { ...shared, input: candidate.path };
    const inputs = { files: [{ path: candidate.path, ...opened(candidate) }], isWhole: true };
    const result = decodeInputs(decode, namingWarnings(options, candidate), inputs);
    return { ...result, warnings: result.warnings + choice.count() };
  } catch (error) {
    // An older snapshot helps when this one is damaged, not when the node writes none that can be decoded.
    throw withDamageHint(error, () => `; ${nextOlder(folder, candidate.name)}`);
  } finally {
    closeSync(candidate.fd);
  }
}

/** One snapshot of each group, all opened before any of them is read, so that none goes while another one is decoded. */
function decodeGroupFolders(
  folders: readonly GroupFolder[],
  { tokenPatienceMs = TOKEN_PATIENCE_MS, folder, ...shared }: DecodeFolderRequest,
  options: RunOptions,
): DecodeResult {
  const choice = countingWarnings(options);
  const newest = {
    patienceMs: tokenPatienceMs,
    folders: shared.strict ? 'refused' : 'passed over',
    warn: choice.warn,
  } as const;
  const groups: OpenGroup[] = [];
  try {
    for (const one of folders) {
      const group = openGroup(one, newest, shared.allowMissingGroups ? 'passed over' : 'refused');
      if (group !== undefined) groups.push(group);
    }
    if (groups.length === 0) throw noSnapshot(folder);
    const input = groups.length === 1 ? groups[0]!.candidate.path : folder;
    const result = decodeTogether({ ...shared, input }, options, { files: groups.map(fileOf), isWhole: true });
    return { ...result, warnings: result.warnings + choice.count() };
  } catch (error) {
    const damaged = groups.find(({ candidate }) => error instanceof Error && error.message.startsWith(candidate.path));
    throw damaged === undefined ? error : withDamageHint(error, () => olderOfGroup(damaged));
  } finally {
    for (const { candidate } of groups) closeSync(candidate.fd);
  }
}

function olderOfGroup({ group, folder, candidate }: OpenGroup): string {
  return `; of group ${group} ${nextOlder(folder, candidate.name)} beside those of the other groups`;
}

function fileOf({ group, candidate }: OpenGroup): DecodeInput {
  return { path: candidate.path, group, ...opened(candidate) };
}

/** Takes warnings before the run that counts its own. */
function countingWarnings({ warn }: RunOptions): { warn: Warn; count: () => number } {
  let count = 0;
  return {
    warn: (warning) => {
      count++;
      warn?.(warning);
    },
    count: () => count,
  };
}

export function opened(candidate: OpenCandidate): OpenedSnapshot {
  return {
    fd: candidate.fd,
    examine: (summary, damage) => noting(damage, () => examineCandidate(candidate, summary)),
  };
}

const NOT_WHOLE: DamageKind = {
  name: 'token',
  says: 'the file is not the one that its node kept a token of',
  advice: 'what is left of it was decoded',
};

/** What would refuse the candidate is one more damage when it is salvaged. */
function noting(damage: Damage | undefined, examine: () => void): void {
  try {
    examine();
  } catch (error) {
    if (damage === undefined || !(error instanceof DataError)) throw error;
    damage.add(NOT_WHOLE, () => error.message);
  }
}

/** Each warning says which snapshot it is about. */
export function namingWarnings(options: RunOptions, { path }: { readonly path: string }): RunOptions {
  const { warn } = options;
  return warn === undefined ? options : { ...options, warn: (warning) => warn(naming(path, warning)) };
}

export function naming(path: string, warning: Warning): Warning {
  return { ...warning, fields: { snapshot: path, ...warning.fields } };
}
