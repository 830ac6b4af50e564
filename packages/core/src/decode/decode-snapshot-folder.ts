import { closeSync } from 'node:fs';
import { type Damage, type DamageKind, DataError, type Warning } from '@ekv/snapshot';
import { examineCandidate } from '../node-folder/examine-candidate.ts';
import { type OpenCandidate, openNewest, TOKEN_PATIENCE_MS } from '../node-folder/open-candidate.ts';
import { findSnapshotFolder, nextOlder } from '../node-folder/snapshot-folder.ts';
import type { RunOptions } from '../run/run.ts';
import { withDamageHint } from './damage-hint.ts';
import { checkedAdapters, type DecodeRequest, type DecodeResult, type OpenedSnapshot } from './decode-request.ts';
import { decodeOpened } from './decode-snapshot.ts';

export interface DecodeFolderRequest extends Omit<DecodeRequest, 'input'> {
  /** A node's `fsm-snap` folder, or its data folder above that. The node may be at work. */
  readonly folder: string;
  /** How long a token that is missing or cut is looked for again, ms. Default: 2000. */
  readonly tokenPatienceMs?: number | undefined;
}

/**
 * Decodes the newest snapshot that a node left to `output`. It is checked as a whole, against the node's token too, before anything
 * of it is written; an older one is never taken in its place. docs/format/01-snapshot.md, section 8.2.
 *
 * Throws as {@link decodeSnapshot} does.
 */
export function decodeSnapshotFolder(request: DecodeFolderRequest, options: RunOptions = {}): DecodeResult {
  checkedAdapters({ ...request, input: request.folder });
  const folder = findSnapshotFolder(request.folder);
  const { tokenPatienceMs = TOKEN_PATIENCE_MS, ...shared } = request;
  let choiceWarnings = 0;
  const candidate = openNewest(request.folder, folder, {
    patienceMs: tokenPatienceMs,
    folders: request.strict ? 'refused' : 'passed over',
    warn: (warning) => {
      choiceWarnings++;
      options.warn?.(warning);
    },
  });
  try {
    const decode = { ...shared, input: candidate.path };
    const result = decodeOpened(decode, namingWarnings(options, candidate), opened(candidate));
    return { ...result, warnings: result.warnings + choiceWarnings };
  } catch (error) {
    // An older snapshot helps when this one is damaged, not when the node writes none that can be decoded.
    throw withDamageHint(error, () => `; ${nextOlder(folder, candidate.name)}`);
  } finally {
    closeSync(candidate.fd);
  }
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
