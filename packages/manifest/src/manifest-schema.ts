import * as z from 'zod/mini';
import { extensionSchema } from './extension-schema.ts';
import { flag, list, onlyNumber, onlyText, text, u32, u64 } from './field-types.ts';
import { MANIFEST_VERSION } from './format-versions.ts';
import { PHASE_LIVE, PHASE_SNAPSHOT } from './phase.ts';
import { isWallTime, WALL_TIME_RULE } from './wall-time.ts';

/** The four adapters share one shape. No tool compares the names with the tree. */
const scope = z.object(
  {
    tables: z.optional(list(text, 'strings')),
    buckets: z.optional(list(text, 'strings')),
    databases: z.optional(list(u32, 'integers')),
    queues: z.optional(list(text, 'strings')),
  },
  { error: 'an object' },
);

const exclusions = z.object(
  {
    include_incomplete_uploads: flag,
    include_orphans: flag,
    preserve_sqs_visibility: flag,
    include_sqs_side_records: flag,
    /** Absent means false, or that the manifest is from before this field existed. */
    rename_s3_collisions: z.optional(flag),
  },
  { error: 'an object' },
);

const adapters = z.object(
  { dynamodb: z.optional(scope), s3: z.optional(scope), redis: z.optional(scope), sqs: z.optional(scope) },
  { error: 'an object' },
);

const source = z.object(
  {
    /** The `--input` text as given. */
    fsm_path: z._default(text, ''),
    fsm_crc32c: z.optional(text),
  },
  { error: 'an object' },
);

const live = z.object(
  {
    /** 0 = absent, which the phase check refuses. */
    read_ts: z._default(u64, 0n),
    pin_token_sha256: z.optional(text),
  },
  { error: 'an object' },
);

const phases = `"${PHASE_SNAPSHOT}" or "${PHASE_LIVE}"`;
const layouts = '"per-item" or "jsonl"';

/**
 * MANIFEST.json: docs/format/02-dump-tree.md, section 3.1. The fields stand in the order in which they are checked
 * (section 3.3, rows 7 to 12), not in the order of the file.
 */
export const manifestSchema = z
  .object({
    format_version: onlyNumber(MANIFEST_VERSION),
    // Without exclusions it is the first flag that is missing.
    exclusions: z.prefault(exclusions, {} as z.input<typeof exclusions>),
    phase: z.pipe(z.string({ error: phases }), z.enum([PHASE_SNAPSHOT, PHASE_LIVE], { error: phases })),
    wall_time_iso: z.string({ error: WALL_TIME_RULE }).check(z.refine(isWallTime, { error: WALL_TIME_RULE })),
    adapters,
    checksum_algorithm: onlyText('sha256'),
    checksum_format: onlyText('sha256sum'),
    encoded_filename_charset: onlyText('rfc3986-unreserved-plus-percent'),
    key_segment_max_bytes: onlyNumber(240),
    s3_meta_suffix: onlyText('.elastickv-meta.json'),
    s3_collision_strategy: onlyText('leaf-data-suffix'),
    dynamodb_layout: z.pipe(z.string({ error: layouts }), z.enum(['per-item', 'jsonl'], { error: layouts })),
    elastickv_version: z._default(text, ''),
    cluster_id: z._default(text, ''),
    snapshot_index: z._default(u64, 0n),
    last_commit_ts: z._default(u64, 0n),
    source: z.optional(source),
    live: z.optional(live),
    ekv: z.optional(extensionSchema),
  })
  .check(
    z.superRefine((manifest, context) => {
      const broken = (path: string[], message: string) => context.addIssue({ code: 'custom', path, message });
      if (manifest.phase === PHASE_SNAPSHOT) {
        if (manifest.live !== undefined) broken(['live'], `absent in phase "${PHASE_SNAPSHOT}"`);
        return;
      }
      if (manifest.source !== undefined) broken(['source'], `absent in phase "${PHASE_LIVE}"`);
      if (manifest.live === undefined) broken(['live'], `an object with read_ts in phase "${PHASE_LIVE}"`);
      if (manifest.live?.read_ts === 0n) broken(['live', 'read_ts'], 'the timestamp of the data, above 0');
    }),
  );

/**
 * What MANIFEST.json says, under the names of its fields. An optional text that is absent is empty, an absent integer
 * is 0.
 */
export type Manifest = z.infer<typeof manifestSchema>;

/** What a decode left out or put in: the options of the run that made the tree. */
export type Exclusions = z.infer<typeof exclusions>;

export type AdapterName = keyof Manifest['adapters'];

export type DynamodbLayout = Manifest['dynamodb_layout'];
