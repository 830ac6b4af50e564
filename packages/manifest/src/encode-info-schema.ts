import * as z from 'zod/mini';
import { extensionSchema } from './extension-schema.ts';
import { flag, list, onlyNumber, text, u32, u64 } from './field-types.ts';
import { ENCODE_INFO_VERSION } from './format-versions.ts';

const selfTest = z.object({ ran: z._default(flag, false), matched: z._default(flag, false) }, { error: 'an object' });

/** `<output>.encode_info.json`, fields in the order of the file: docs/format/08-cli.md, section 5.1. */
export const encodeInfoSchema = z.object({
  format_version: onlyNumber(ENCODE_INFO_VERSION),
  encoder_version: z._default(text, ''),
  /** The layout of keys that was written; 0 when absent. */
  encoder_key_format_version: z._default(u32, 0),
  wall_time_iso: z._default(text, ''),
  input_root: z._default(text, ''),
  output_fsm_path: z._default(text, ''),
  /** 64 hex digits; not checked here. */
  output_fsm_sha256: z._default(text, ''),
  last_commit_ts: z._default(u64, 0n),
  last_commit_ts_overridden: z._default(flag, false),
  manifest_last_commit_ts: z._default(u64, 0n),
  manifest_cluster_id: z._default(text, ''),
  adapters_enabled: z._default(list(text, 'strings'), []),
  self_test: z._default(selfTest, { ran: false, matched: false }),
  ekv: z.optional(extensionSchema),
});

/**
 * What the sidecar of a snapshot says, under the names of its fields. An absent text is empty, an absent integer 0, an
 * absent flag false.
 */
export type EncodeInfo = z.infer<typeof encodeInfoSchema>;
