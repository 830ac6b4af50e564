import { UsageError } from '@ekv/snapshot';
import { checkGroupFiles, type GroupFile, groupOfPath } from '../groups/group-file.ts';
import type { RunOptions } from '../run/run.ts';
import { checkedAdapters, type DecodeInputs, type DecodeRequest, type DecodeResult } from './decode-request.ts';
import { decodeInputs } from './decode-snapshot.ts';

/** Snapshots that are decoded together, one of each Raft group of a cluster. */
export interface DecodeGroupsRequest extends Omit<DecodeRequest, 'input'> {
  readonly inputs: readonly GroupFile[];
}

/**
 * Decodes the snapshots of several Raft groups of one cluster to one dump tree: the versions of all of them together, from which the
 * newest of each key is taken. Rows in the wrong group are left out. docs/format/09-groups.md, section 3.
 *
 * Throws as `decodeSnapshot` does, and UsageError when the groups do not fit together or one of the cluster is not among them.
 */
export function decodeGroups({ inputs, ...shared }: DecodeGroupsRequest, options: RunOptions = {}): DecodeResult {
  checkGroupFiles(inputs);
  // Somebody who names one file need not know in what folder it lies.
  const files = inputs.map(({ path, group }) => ({
    path,
    group: group ?? (inputs.length > 1 ? groupOfPath(path) : undefined),
  }));
  const input = inputs.map(({ path }) => path).join(', ');
  return decodeTogether({ ...shared, input }, options, { files, isWhole: inputs.length > 1 });
}

/** @param request its `input` names all of them, for people. */
export function decodeTogether(request: DecodeRequest, options: RunOptions, inputs: DecodeInputs): DecodeResult {
  checkedAdapters(request);
  if (request.salvage && inputs.files.length > 1)
    throw new UsageError(
      '--salvage reads one snapshot: decode the damaged one alone, or take another snapshot of its group',
    );
  return decodeInputs(request, options, inputs);
}
