import { closeSync, fstatSync, openSync } from 'node:fs';
import { join } from 'node:path';
import type { GuardFields } from '@ekv/adapter';
import { DESCRIPTION_JSON, MANIFEST_NAME, readWholeFile } from '@ekv/dump-tree';
import { type AdapterName, adapterInManifest, type Manifest, ManifestError, readManifest } from '@ekv/manifest';
import { DataError, environmentError, READ_NO_LINK, UsageError, type Warn } from '@ekv/snapshot';
import { enabledAdapters } from '../run/adapter-list.ts';

/**
 * Reads the MANIFEST.json of a tree. What cannot be opened is the operator's mistake, everything else bad data.
 * docs/format/02-dump-tree.md, sections 3.3 and 8.
 *
 * Throws UsageError, EnvironmentError, DataError, ManifestError.
 */
export function openManifest(input: string, warn: Warn): Manifest {
  const path = join(input, MANIFEST_NAME);
  const fd = open(path, input);
  try {
    const stat = fstatSync(fd);
    if (!stat.isFile()) throw new DataError(`${path} must be a regular file`);
    if (stat.nlink > 1) {
      throw new DataError(
        `${path} is hard-linked (${stat.nlink} names); copy the tree with "cp -r" and encode the copy`,
      );
    }
    return manifestOf(readWholeFile(path, fd, stat.size, DESCRIPTION_JSON), path, warn);
  } finally {
    closeSync(fd);
  }
}

function open(path: string, input: string): number {
  try {
    return openSync(path, READ_NO_LINK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ELOOP') throw new DataError(`${path} is a symlink; links are not followed, copy the file itself`);
    if (code === 'ENXIO') throw new DataError(`${path} is a socket; it must be a regular file`);
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      throw new UsageError(
        `${path} cannot be opened: ${input} is not the root of a dump tree, or the decode that made it failed; for a tree that was made by hand write one with --new-manifest`,
      );
    }
    throw environmentError(error, 'read', path);
  }
}

/** The manifest in the bytes of a file. @param path for messages. Throws ManifestError. */
export function manifestOf(bytes: Buffer, path: string, warn: Warn): Manifest {
  try {
    return readManifest(bytes, path, { warn });
  } catch (error) {
    if (!(error instanceof ManifestError) || error.fields.length === 1) throw error;
    throw new ManifestError(
      `${error.message}; when the tree was made by hand, move this file away and write one with --new-manifest`,
      error.field,
      error.fields,
    );
  }
}

/** What a manifest says of how its tree was made. */
export function guardFieldsOf({ exclusions, dynamodb_layout, ekv }: Manifest): GuardFields {
  return { ...exclusions, dynamodb_layout, dynamodb_jsonl: ekv?.dynamodb_jsonl, whole_state: ekv?.whole_state };
}

/** Every selected adapter must be in the dump: docs/format/08-cli.md, section 3.4. Throws DataError. */
export function checkSelection(adapters: readonly AdapterName[], manifest: Manifest): void {
  const missing = enabledAdapters(adapters).filter((name) => !adapterInManifest(manifest, name));
  if (missing.length === 0) return;
  const fields = missing.map((name) => `adapters.${name}`).join(', ');
  throw new DataError(
    `the manifest has no ${fields}: the dump was made without ${missing.join(', ')}; leave that out with --adapter`,
  );
}
