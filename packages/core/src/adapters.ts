import type { InputTree, TreeSink } from '@ekv/dump-tree';
import { encodeDynamodb } from '@ekv/dynamodb-encoder';
import { DYNAMODB_FAMILIES, decodeDynamodb } from '@ekv/dynamodb-encoder/decode';
import type { AdapterName, Exclusions } from '@ekv/manifest';
import { encodeRedis } from '@ekv/redis-encoder';
import { decodeRedis, REDIS_FAMILIES, KEYMAP_PATH as REDIS_KEYMAP_PATH } from '@ekv/redis-encoder/decode';

import { completedSidecar, encodeS3, hasSuffixRenames } from '@ekv/s3-encoder';
import { decodeS3, isJsonPath, isKeymapPath, S3_FAMILIES } from '@ekv/s3-encoder/decode';

import { type ScratchFolder, type Snapshot, type SnapshotRecord, UsageError, type Warn } from '@ekv/snapshot';
import { encodeSqs } from '@ekv/sqs-encoder';
import { comparedLine, completedLine, decodeSqs, SQS_FAMILIES } from '@ekv/sqs-encoder/decode';
import { ADAPTER_NAMES } from './adapter-list.ts';

/** What an adapter is given for one run. */
interface AdapterRun {
  readonly warn: Warn;
  readonly scratch: ScratchFolder;
  /** Added to all absolute times of expiries and messages, ms; 0 = they stay. */
  readonly shiftMs: bigint;
}

/** What an encoder is given beside that. */
export interface EncodeRun extends AdapterRun {
  /** Fill in what is absent and can be computed: digests, ids, sequence numbers. */
  readonly complete: boolean;
}

/** What encode changes against the tree that it reads. */
export type TreeEdits = Pick<EncodeRun, 'shiftMs' | 'complete'>;

/** What a decoder is given beside that. */
export interface DecodeRun extends AdapterRun {
  /** What the tree is to hold. */
  readonly exclusions: Exclusions;
}

/** One front end of elastickv: its key families and its folder of the tree, which bears its name. */
export interface Adapter {
  readonly name: AdapterName;
  /** Key prefixes, as byte strings; docs/format/01-snapshot.md, section 7.1. */
  readonly families: readonly string[];
  /** Those of them of which a row becomes a file, as a rule: what a decode has to do. Twice for two files. */
  readonly fileFamilies: readonly string[];
  /** Dump tree to rows. Problems of the tree are thrown behind the last row. */
  readonly encode: (tree: InputTree, run: EncodeRun) => Iterable<SnapshotRecord>;
  /** Rows to dump tree. */
  readonly decode: (source: Snapshot, sink: TreeSink, run: DecodeRun) => void;
  /** Whether a file of the tree is JSON, in which white space between values means nothing. */
  readonly isJson: (path: string) => boolean;
  /** Files that mean the same in any order of their lines; docs/format/08-cli.md, section 6.3. */
  readonly isLineSet: (path: string) => boolean;
  /**
   * For files that are compared line by line: gives the function that takes from a line what does not count. Nothing for files
   * that are compared byte by byte. docs/format/08-cli.md, section 6.3.
   */
  readonly comparedLine?: (path: string) => ComparedLine | undefined;
  /**
   * For a tree that was completed by its encode: gives, for files in which something may have been absent, the function that
   * fills an input's file, or line of a file, from what was decoded. Nothing for files that are compared as they are.
   */
  readonly completed?: (path: string) => Completed | undefined;
  /** What a tree holds, where its manifest is too old to tell; docs/format/08-cli.md, section 6.2. */
  readonly exclusionsOf?: (tree: InputTree, exclusions: Exclusions) => Exclusions;
}

/** What of a line counts in a comparison. */
export type ComparedLine = (line: Buffer) => Buffer;

/** For adapters in whose folder no user chooses the end of a name. */
const isJsonName = (path: string) => /\.jsonl?$/.test(path);

/** Gives the input's file or line with what was absent filled in. */
export type Completed = (input: Buffer, decoded: Buffer) => Buffer;

const REDIS: Adapter = {
  name: 'redis',
  families: REDIS_FAMILIES,
  fileFamilies: REDIS_FAMILIES.filter((prefix) => /^!redis\|(?!ttl)|\|meta\|$/.test(prefix)),
  encode: encodeRedis,
  decode: (source, sink, run) => decodeRedis(source, sink, run),
  isJson: isJsonName,
  isLineSet: (path) => path === REDIS_KEYMAP_PATH,
};

const DYNAMODB: Adapter = {
  name: 'dynamodb',
  families: DYNAMODB_FAMILIES,
  fileFamilies: DYNAMODB_FAMILIES.filter((prefix) => prefix === '!ddb|item|'),
  encode: encodeDynamodb,
  decode: (source, sink, run) => decodeDynamodb(source, sink, run),
  isJson: isJsonName,
  isLineSet: () => false,
};

const S3: Adapter = {
  name: 's3',
  families: S3_FAMILIES,
  fileFamilies: S3_FAMILIES.flatMap((prefix) => (prefix === '!s3|obj|head|' ? [prefix, prefix] : [])),
  encode: encodeS3,
  decode: (source, sink, { warn, scratch, exclusions }) =>
    decodeS3(source, sink, {
      warn,
      scratch,
      renameCollisions: exclusions.rename_s3_collisions ?? false,
      includeIncompleteUploads: exclusions.include_incomplete_uploads,
      includeOrphans: exclusions.include_orphans,
    }),
  isJson: isJsonPath,
  isLineSet: isKeymapPath,
  completed: completedSidecar,
  exclusionsOf: (tree, exclusions) => ({
    ...exclusions,
    rename_s3_collisions: exclusions.rename_s3_collisions ?? hasSuffixRenames(tree),
  }),
};

const SQS: Adapter = {
  name: 'sqs',
  families: SQS_FAMILIES,
  fileFamilies: [],
  encode: encodeSqs,
  decode: (source, sink, { exclusions, ...run }) =>
    decodeSqs(source, sink, {
      ...run,
      preserveVisibility: exclusions.preserve_sqs_visibility,
      includeSideRecords: exclusions.include_sqs_side_records,
    }),
  isJson: isJsonName,
  isLineSet: () => false,
  comparedLine,
  completed: completedLine,
};

const BY_NAME: Readonly<Record<AdapterName, Adapter>> = { redis: REDIS, dynamodb: DYNAMODB, s3: S3, sqs: SQS };

/** All adapters in the canonical fan-out order. */
export const ADAPTERS: readonly Adapter[] = ADAPTER_NAMES.map((name) => BY_NAME[name]);

/** The adapters of that name, in the canonical order, each once. Throws UsageError for a name that no adapter has. */
export function selectedAdapters(names: Iterable<AdapterName>): Adapter[] {
  const wanted = new Set(names);
  for (const name of wanted) {
    if (!ADAPTER_NAMES.includes(name)) throw new UsageError(`there is no adapter ${JSON.stringify(name)}`);
  }
  return ADAPTERS.filter(({ name }) => wanted.has(name));
}
