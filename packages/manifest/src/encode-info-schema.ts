import { extensionSchema } from './extension.ts';
import { flag, list, onlyNumber, text, u32, u64 } from './field-types.ts';
import { object, optional, type ValueOf, withDefault } from './shape.ts';

export const ENCODE_INFO_VERSION = 1;

const selfTest = object({ ran: withDefault(flag, () => false), matched: withDefault(flag, () => false) });

/** `<output>.encode_info.json`, fields in the order of the file: docs/format/08-cli.md, section 5.1. */
export const encodeInfoSchema = object({
  format_version: onlyNumber(ENCODE_INFO_VERSION),
  encoder_version: withDefault(text, () => ''),
  /** The layout of keys that was written; 0 when absent. */
  encoder_key_format_version: withDefault(u32, () => 0),
  wall_time_iso: withDefault(text, () => ''),
  input_root: withDefault(text, () => ''),
  output_fsm_path: withDefault(text, () => ''),
  /** 64 hex digits; not checked here. */
  output_fsm_sha256: withDefault(text, () => ''),
  last_commit_ts: withDefault(u64, () => 0n),
  last_commit_ts_overridden: withDefault(flag, () => false),
  manifest_last_commit_ts: withDefault(u64, () => 0n),
  manifest_cluster_id: withDefault(text, () => ''),
  adapters_enabled: withDefault(list(text, 'strings'), () => []),
  self_test: withDefault(selfTest, () => ({ ran: false, matched: false })),
  ekv: optional(extensionSchema),
});

/**
 * What the sidecar of a snapshot says, under the names of its fields. An absent text is empty, an absent integer 0, an
 * absent flag false.
 */
export type EncodeInfo = ValueOf<typeof encodeInfoSchema>;
