import { extensionSchema } from './extension.ts';
import { flag, list, oneOf, onlyNumber, onlyText, text, textOf, u32, u64 } from './field-types.ts';
import { emptyByDefault, object, optional, type ValueOf, withDefault, withRules } from './shape.ts';
import { isWallTime, WALL_TIME_RULE } from './wall-time.ts';

export const MANIFEST_VERSION = 1;
export const PHASE_SNAPSHOT = 'phase0-snapshot-decode' as const;
const PHASE_LIVE = 'phase1-live-pinned' as const;

/** The four adapters share one shape. No tool compares the names with the tree. */
const scope = object({
  tables: optional(list(text, 'strings')),
  buckets: optional(list(text, 'strings')),
  databases: optional(list(u32, 'integers')),
  queues: optional(list(text, 'strings')),
});

const exclusions = object({
  include_incomplete_uploads: flag,
  include_orphans: flag,
  preserve_sqs_visibility: flag,
  include_sqs_side_records: flag,
  /** Absent means false, or that the manifest is from before this field existed. */
  rename_s3_collisions: optional(flag),
});

const adapters = object({
  dynamodb: optional(scope),
  s3: optional(scope),
  redis: optional(scope),
  sqs: optional(scope),
});

const source = object({
  /** The `--input` text as given. */
  fsm_path: withDefault(text, () => ''),
  fsm_crc32c: optional(text),
});

const live = object({
  /** 0 = absent, which the phase check refuses. */
  read_ts: withDefault(u64, () => 0n),
  pin_token_sha256: optional(text),
});

const phases = `"${PHASE_SNAPSHOT}" or "${PHASE_LIVE}"`;
const layouts = '"per-item" or "jsonl"';

const fields = object({
  format_version: onlyNumber(MANIFEST_VERSION),
  // Without exclusions it is the first flag that is missing.
  exclusions: emptyByDefault(exclusions),
  phase: oneOf([PHASE_SNAPSHOT, PHASE_LIVE], phases),
  wall_time_iso: textOf(isWallTime, WALL_TIME_RULE),
  adapters,
  checksum_algorithm: onlyText('sha256'),
  checksum_format: onlyText('sha256sum'),
  encoded_filename_charset: onlyText('rfc3986-unreserved-plus-percent'),
  key_segment_max_bytes: onlyNumber(240),
  s3_meta_suffix: onlyText('.elastickv-meta.json'),
  s3_collision_strategy: onlyText('leaf-data-suffix'),
  dynamodb_layout: oneOf(['per-item', 'jsonl'], layouts),
  elastickv_version: withDefault(text, () => ''),
  cluster_id: withDefault(text, () => ''),
  snapshot_index: withDefault(u64, () => 0n),
  last_commit_ts: withDefault(u64, () => 0n),
  source: optional(source),
  live: optional(live),
  ekv: optional(extensionSchema),
});

/**
 * MANIFEST.json: docs/format/02-dump-tree.md, section 3.1. The fields stand in the order in which they are checked
 * (section 3.3, rows 7 to 12), not in the order of the file.
 */
export const manifestSchema = withRules(fields, (manifest, broken) => {
  if (manifest.phase === PHASE_SNAPSHOT) {
    if (manifest.live !== undefined) broken(['live'], `absent in phase "${PHASE_SNAPSHOT}"`);
    return;
  }
  if (manifest.source !== undefined) broken(['source'], `absent in phase "${PHASE_LIVE}"`);
  if (manifest.live === undefined) broken(['live'], `an object with read_ts in phase "${PHASE_LIVE}"`);
  if (manifest.live?.read_ts === 0n) broken(['live', 'read_ts'], 'the timestamp of the data, above 0');
});

/**
 * What MANIFEST.json says, under the names of its fields. An optional text that is absent is empty, an absent integer
 * is 0.
 */
export type Manifest = ValueOf<typeof manifestSchema>;

/** What a decode left out or put in: the options of the run that made the tree. */
export type Exclusions = ValueOf<typeof exclusions>;

/** Their names, in the order of the file. */
export const EXCLUSION_NAMES: ReadonlyArray<keyof Exclusions> = Object.keys(exclusions.fields) as (keyof Exclusions)[];

export type AdapterName = keyof Manifest['adapters'];

export type DynamodbLayout = Manifest['dynamodb_layout'];
