import { EncodeInfoError } from './encode-info-error.ts';
import { ENCODE_INFO_VERSION, type EncodeInfo } from './encode-info-schema.ts';
import { indentedJson, type JsonDocument } from './indented-json.ts';
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
  const bytes = indentedJson(inFileOrder(info), 'html');
  readEncodeInfo(bytes, NAME);
  return bytes;
}

function inFileOrder(info: EncodeInfo): JsonDocument {
  return {
    format_version: info.format_version,
    encoder_version: info.encoder_version,
    encoder_key_format_version: info.encoder_key_format_version,
    wall_time_iso: info.wall_time_iso,
    input_root: info.input_root,
    output_fsm_path: info.output_fsm_path,
    output_fsm_sha256: info.output_fsm_sha256,
    last_commit_ts: info.last_commit_ts,
    last_commit_ts_overridden: info.last_commit_ts_overridden,
    manifest_last_commit_ts: info.manifest_last_commit_ts,
    manifest_cluster_id: info.manifest_cluster_id || undefined,
    adapters_enabled: info.adapters_enabled,
    self_test: { ran: info.self_test.ran, matched: info.self_test.matched },
    ekv: info.ekv && { version: info.ekv.version, partial: info.ekv.partial },
  };
}
