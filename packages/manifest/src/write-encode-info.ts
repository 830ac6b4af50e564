import { encodeInfoText } from '@ekv/snapshot/publish';
import { EncodeInfoError } from './encode-info-error.ts';
import type { EncodeInfo } from './encode-info-schema.ts';
import { ENCODE_INFO_VERSION } from './format-versions.ts';
import { readEncodeInfo } from './read-encode-info.ts';

const NAME = 'encode_info.json';

/**
 * The bytes of `<output>.encode_info.json`: docs/format/08-cli.md, section 5.1. An empty `manifest_cluster_id` is left
 * out.
 *
 * Throws {@link EncodeInfoError} for what {@link readEncodeInfo} would refuse.
 */
export function encodeInfoBytes(info: EncodeInfo): Buffer {
  if (info.format_version !== ENCODE_INFO_VERSION) {
    throw new EncodeInfoError(
      `${NAME}: format_version is ${String(info.format_version)}, but only ${ENCODE_INFO_VERSION} can be written`,
      'format_version',
    );
  }
  const bytes = encodeInfoText(info);
  readEncodeInfo(bytes, NAME);
  return bytes;
}
