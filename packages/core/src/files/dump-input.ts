import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type OpenArchiveTree, openArchiveTree } from '@ekv/archive';
import { DESCRIPTION_JSON, InputTree, MANIFEST_NAME, type ReadDigests, type TreeSource } from '@ekv/dump-tree';
import type { Manifest } from '@ekv/manifest';
import { type ScratchFolder, UsageError, type Warn } from '@ekv/snapshot';
import { lookThrough } from '@ekv/snapshot/publish';
import type { Progress } from '../run/progress.ts';
import { manifestOf, openManifest } from './manifest-input.ts';

/** The dump tree that an encode reads: a folder, or an archive. docs/format/02-dump-tree.md, section 12. */
export interface DumpInput {
  /** Throws UsageError when there is none, DataError, ManifestError. */
  manifest(warn: Warn): Manifest;
  /** Whether something of this name stands at the top. */
  has(name: string): boolean;
  /** @param verifier is told the digest of every file that is read. */
  tree(verifier?: ReadDigests): TreeSource;
  /** To be called after the last read. Throws TreeReadError for an archive that was written to meanwhile. */
  checkUnchanged(): void;
  close(): void;
}

/** Whether an input is read as an archive: what is there, and no folder. */
export function isArchiveInput(input: string): boolean {
  return input === '-' || lookThrough(input)?.isDirectory() === false;
}

/** @param workers threads that read it, the calling one included. Default: 1. */
export function folderInput(root: string, workers = 1): DumpInput {
  const trees: InputTree[] = [];
  const treeOf = (verifier?: ReadDigests) => {
    const tree = new InputTree(root, { verifier, workers });
    trees.push(tree);
    return tree;
  };
  return {
    manifest: (warn) => openManifest(root, warn),
    has: (name) => existsSync(join(root, name)),
    tree: treeOf,
    checkUnchanged: () => {},
    close: () => {
      for (const tree of trees) tree.close();
    },
  };
}

/** An archive is read from end to end. Throws UsageError, DataError, EnvironmentError. @param workers as of {@link folderInput}. */
export function openDumpInput(input: string, scratch: ScratchFolder, progress: Progress, workers = 1): DumpInput {
  if (!isArchiveInput(input)) {
    if (lookThrough(input) === undefined)
      throw new UsageError(
        `${join(input, MANIFEST_NAME)} cannot be opened: there is no folder and no archive ${input}; name the root of a dump tree, or an archive of it`,
      );
    return folderInput(input, workers);
  }
  progress.begin('reading the archive');
  const archive = openArchiveTree(input, { scratch, onBytes: (count) => progress.count(count) });
  if (!archive.isEmpty) return archiveInput(archive);
  archive.close();
  throw input === '-' ? nothingAtInput() : new UsageError(`the archive ${input} is empty`);
}

function archiveInput(archive: OpenArchiveTree): DumpInput {
  const manifest = (warn: Warn) => {
    if (!archive.has(MANIFEST_NAME)) throw noManifest(archive);
    const tree = archive.tree();
    return manifestOf(tree.read(MANIFEST_NAME, DESCRIPTION_JSON), tree.display(MANIFEST_NAME), warn);
  };
  const { has, tree, checkUnchanged, close } = archive;
  return { manifest, has, tree, checkUnchanged, close };
}

function nothingAtInput(): UsageError {
  return new UsageError(
    `--input -: standard input is empty; give it the archive of a dump, or name one (one that is called - is ./-)`,
  );
}

function noManifest({ name, innerRoot }: OpenArchiveTree): UsageError {
  const hint =
    innerRoot === undefined
      ? 'it is no archive of a dump, or the decode that made it failed'
      : `the dump in it stands in ${JSON.stringify(Buffer.from(innerRoot, 'latin1').toString())}; pack what is in that folder, as tar -C does`;
  return new UsageError(`the archive ${name} has no ${MANIFEST_NAME} at its top: ${hint}`);
}
