import * as z from 'zod';
import { extensionSchema } from './extension.ts';
import { flag, list, onlyNumber, text, u32, u64 } from './field-types.ts';

export const ENCODE_INFO_VERSION = 1;

const selfTest = z.object({ ran: flag.default(false), matched: flag.default(false) }, { error: 'an object' });

/** `<output>.encode_info.json`, fields in the order of the file: docs/format/08-cli.md, section 5.1. */
export const encodeInfoSchema = z.object({
  format_version: onlyNumber(ENCODE_INFO_VERSION),
  encoder_version: text.default(''),
  /** The layout of keys that was written; 0 when absent. */
  encoder_key_format_version: u32.default(0),
  wall_time_iso: text.default(''),
  input_root: text.default(''),
  output_fsm_path: text.default(''),
  /** 64 hex digits; not checked here. */
  output_fsm_sha256: text.default(''),
  last_commit_ts: u64.default(0n),
  last_commit_ts_overridden: flag.default(false),
  manifest_last_commit_ts: u64.default(0n),
  manifest_cluster_id: text.default(''),
  adapters_enabled: list(text, 'strings').default([]),
  self_test: selfTest.default({ ran: false, matched: false }),
  ekv: extensionSchema.optional(),
});

/**
 * What the sidecar of a snapshot says, under the names of its fields. An absent text is empty, an absent integer 0, an
 * absent flag false.
 */
export type EncodeInfo = z.infer<typeof encodeInfoSchema>;
