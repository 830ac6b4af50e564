import { type Adapter, type GuardFields, STATE_FOLDER } from '@ekv/adapter';
import { Problems, StrayFiles, type TreeSource } from '@ekv/dump-tree';
import type { Exclusions } from '@ekv/manifest';
import { DataError, UsageError, type Warn } from '@ekv/snapshot';
import { ADAPTER_NAMES } from '../run/adapter-list.ts';
import { ROWS_FILE } from './rows-file.ts';

/** Flags of decode for a part of the state, and why they do not go with all of it. */
const PARTS: ReadonlyArray<readonly [field: keyof Exclusions, flag: string, why: string]> = [
  ['include_incomplete_uploads', '--include-incomplete-uploads', 'it holds open uploads, in a form that encode reads'],
  ['include_orphans', '--include-orphans', 'encode refuses a tree with chunks that belong to no object'],
  [
    'preserve_sqs_visibility',
    '--preserve-sqs-visibility',
    'it holds what receives have changed, in a form that encode reads',
  ],
  ['include_sqs_side_records', '--include-sqs-side-records', 'it holds these rows, in a form that encode reads'],
];

/** Refuses a decode of the whole state that is asked for a part of it in another form, too. Throws UsageError. */
export function refusePartsOfState(wholeState: boolean | undefined, exclusions: Exclusions): void {
  if (!wholeState) return;
  const part = PARTS.find(([field]) => exclusions[field]);
  if (part === undefined) return;
  const [, flag, why] = part;
  throw new UsageError(`--whole-state and ${flag} do not go together: ${why}; leave ${flag} out`);
}

/** Refuses to read the whole state of a tree whose manifest does not say that it is there. Throws DataError. */
export function checkStateIsThere(wholeState: boolean | undefined, guards: GuardFields): void {
  if (!wholeState || guards.whole_state) return;
  throw new DataError(
    '--whole-state: the manifest does not say ekv.whole_state true, so the tree was made without it, and a part of the state could be missing; decode the snapshot again with --whole-state, or leave the flag out',
  );
}

/** Says that a tree holds state which nobody asked for. */
export function warnOfUnusedState(tree: TreeSource, warn: Warn): void {
  for (const { name } of tree.entries('')) {
    if (name !== STATE_FOLDER) continue;
    warn({
      event: 'whole_state_unused',
      message: `the tree holds the whole state in ${STATE_FOLDER}/, which is left out without --whole-state: tags, counters, receives and open uploads start anew`,
      fields: { folder: STATE_FOLDER },
      loss: true,
    });
  }
}

/** Says what stands in the folder and is none of its files. Throws DataError for links and special files. */
export function warnOfStrayState(tree: TreeSource, adapters: readonly Adapter[], warn: Warn): void {
  if (!tree.isFolder(STATE_FOLDER)) return;
  const problems = new Problems();
  const strays = new StrayFiles(tree, problems);
  for (const { name, kind } of tree.entries(STATE_FOLDER)) {
    const path = `${STATE_FOLDER}/${name}`;
    // What it held may have been there, and all of it would be missing.
    if (kind === 'file' && isAdapter(name))
      problems.add(
        new DataError(
          `${tree.display(path)} must be a folder, it is a regular file; restore the folder, or remove the file`,
        ),
      );
    else if (kind !== 'folder' || !isAdapter(name)) {
      if (path !== ROWS_FILE || kind !== 'file') strays.add(path, kind);
    }
    if (kind !== 'folder') continue;
    const known = adapters.find((adapter) => adapter.name === name)?.stateEntries;
    if (known === undefined) continue;
    for (const entry of tree.entries(path)) {
      if (!known.includes(entry.name)) strays.add(`${path}/${entry.name}`, entry.kind);
    }
  }
  problems.throwIfAny();
  strays.report(warn, STATE_FOLDER);
}

function isAdapter(name: string): boolean {
  return (ADAPTER_NAMES as readonly string[]).includes(name);
}
