import type { Warn } from '@ekv/snapshot';
import { EncodeInfoError, EncodeInfoVersionError } from './encode-info-error.ts';
import type { EncodeInfo } from './encode-info-schema.ts';
import { ENCODE_INFO_VERSION } from './format-versions.ts';
import { checkEncodeInfo } from './schema-check.ts';
import { warnOfUnknown } from './unknown-fields.ts';
import { type DocumentKind, readDocument } from './versioned-document.ts';

const KIND: DocumentKind<EncodeInfo> = {
  name: 'sidecar',
  check: checkEncodeInfo,
  version: ENCODE_INFO_VERSION,
  absentVersion: 0n,
  broken: EncodeInfoError,
  unsupported: EncodeInfoVersionError,
};

export interface ReadEncodeInfoOptions {
  /** Called at most once, with `encode_info_unknown_fields`. */
  readonly warn?: Warn | undefined;
}

/**
 * Reads the sidecar of a snapshot. docs/format/08-cli.md, section 5.2.
 *
 * Throws {@link EncodeInfoVersionError} for every format version but 1, also none, before it looks at other fields;
 * {@link EncodeInfoError} for what is not one JSON object and for fields of a wrong type.
 *
 * @param path of the file, for messages.
 */
export function readEncodeInfo(bytes: Uint8Array, path: string, options: ReadEncodeInfoOptions = {}): EncodeInfo {
  const { fields, unknown } = readDocument(bytes, path, KIND);
  warnOfUnknown(unknown, path, 'encode_info_unknown_fields', options.warn);
  return fields;
}
