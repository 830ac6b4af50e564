import type { Warn } from '@ekv/snapshot';
import { MANIFEST_VERSION } from './format-versions.ts';
import { ManifestError, ManifestVersionError } from './manifest-error.ts';
import type { Manifest } from './manifest-schema.ts';
import { checkManifest } from './schema-check.ts';
import { warnOfUnknown } from './unknown-fields.ts';
import { type DocumentKind, readDocument } from './versioned-document.ts';

const KIND: DocumentKind<Manifest> = {
  name: 'manifest',
  check: checkManifest,
  version: MANIFEST_VERSION,
  broken: ManifestError,
  unsupported: ManifestVersionError,
};

export interface ReadManifestOptions {
  /** Called at most once, with `manifest_unknown_fields`. */
  readonly warn?: Warn | undefined;
}

/**
 * Reads a MANIFEST.json. docs/format/02-dump-tree.md, sections 2.2 and 3.
 *
 * Throws {@link ManifestError}, checked in the order of section 3.3: one JSON object, format version, types and ranges,
 * required fields and values, phase. A newer version is a {@link ManifestVersionError} whatever the other fields hold.
 *
 * @param path of the file, for messages.
 */
export function readManifest(bytes: Uint8Array, path: string, options: ReadManifestOptions = {}): Manifest {
  const { fields, unknown } = readDocument(bytes, path, KIND);
  warnOfUnknown(unknown, path, 'manifest_unknown_fields', options.warn);
  return fields;
}
