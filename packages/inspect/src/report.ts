/**
 * What `inspect` says of its input: plain data, the same for every form of output, and what `--json` prints.
 *
 * All numbers are whole numbers below 2^53: bytes, counts, and times in milliseconds since 1970 (UTC). Commit timestamps, which are larger, are decimal text.
 *
 * All text that comes from the input is one line of printable text: bytes that are no printable UTF-8 are `%HH`, `%` itself is `%25`. It may still hold `<`, `"`,
 * `=`, any letter of any script, and names such as `__proto__`. A text of more than 1,024 characters is cut; `...` and the number of bytes of the whole stand at its end.
 */
export interface InspectReport {
  /** Of this form. Members may be added without a new version. */
  readonly version: 1;
  /** `ekv/1.2.3`. */
  readonly tool: string;
  /** When the report was made. */
  readonly madeAtMs: number;
  /** The files that were read, in the order given. */
  readonly inputs: readonly ReportInput[];
  /** The sum of all entries; `adapters` and `families` add up to it. */
  readonly totals: Amounts;
  /** Adapters that have an entry, in the order redis, dynamodb, s3, sqs. */
  readonly adapters: readonly AdapterReport[];
  /** All entries by key family, the largest first. At most 1,000; those beyond are summed up in one with the prefix `(other)`. */
  readonly families: readonly FamilyReport[];
  /** All data of adapters by adapter, scope and prefix, in 10,000 nodes at most, and as many `other` ones: what a treemap and a flame graph are drawn of. */
  readonly tree: TreeNode;
  readonly largest: LargestUnits;
  /** Live rows by size. */
  readonly sizes: SizeDistribution;
  /** When the live rows were written. */
  readonly commits: TimeDistribution;
  /** When Redis keys end that expire; bytes are 0. */
  readonly expiries: TimeDistribution;
  readonly transactions: TransactionReport;
  /** What a decode would leave out, and why. */
  readonly leftOut: LeftOut;
  /** Of a damaged snapshot that was salvaged: what could not be read, by kind. Then amounts are those of the rest. */
  readonly partial?: Readonly<Record<string, number>> | undefined;
  /** One key through the versions, when it was asked for. */
  readonly history?: UnitHistory | undefined;
}

export interface ReportInput {
  /** As named by the user; one line of printable text. */
  readonly path: string;
  readonly kind: 'snapshot' | 'dump' | 'archive';
  /** Number of the Raft group, when it is known. */
  readonly group?: string | undefined;
  /** Of the file; of a dump 0. */
  readonly bytes: number;
  /** Of the header; decimal. */
  readonly lastCommitTs: string;
  /** When the snapshot was taken; absent when nothing tells. */
  readonly takenAtMs?: number | undefined;
  readonly takenAtIsApproximate: boolean;
  /** Versions of before are not all there; absent: nothing was removed. */
  readonly versionsSinceMs?: number | undefined;
  readonly footer: 'ok' | 'none';
  readonly entries: number;
}

/**
 * Amounts of entries. Each entry counts in one place: `rows`, `oldVersions`, `tombstones`, `expired`, `encrypted` or `damaged`. Bytes are those of stored key and body; the file
 * has 33 bytes more for each entry, for lengths, timestamp and flags.
 */
export interface Amounts {
  /** What users call one thing: Redis keys, DynamoDB items, S3 objects, SQS messages, as far as they are live. */
  readonly units: number;
  /** Newest versions that are visible. */
  readonly rows: number;
  readonly liveBytes: number;
  /** Versions that a newer one of the same key covers, and older deletions. */
  readonly oldVersions: number;
  readonly oldBytes: number;
  /** Keys whose newest version is a deletion. */
  readonly tombstones: number;
  readonly tombstoneBytes: number;
  /** Keys whose newest version had expired when the snapshot was taken. */
  readonly expired: number;
  readonly expiredBytes: number;
  /** Newest versions whose body is encrypted: only their keys and lengths can be told. */
  readonly encrypted: number;
  readonly encryptedBytes: number;
  /** Of a damaged file that is salvaged: newest versions that cannot be used. */
  readonly damaged: number;
  readonly damagedBytes: number;
}

export type ReportAdapter = 'redis' | 'dynamodb' | 's3' | 'sqs';

export interface AdapterReport {
  readonly adapter: ReportAdapter;
  readonly amounts: Amounts;
  /** What {@link AdapterReport.scopes} are. */
  readonly scopeKind: 'type' | 'table' | 'bucket' | 'queue';
  /** The largest first; at most 1,000. */
  readonly scopes: readonly ScopeReport[];
  /** The scopes beyond these, summed up; absent when there are none. */
  readonly otherScopes?: { readonly scopes: number; readonly amounts: Amounts } | undefined;
}

/** A Redis type, table, bucket or queue. */
export interface ScopeReport {
  readonly name: string;
  readonly amounts: Amounts;
  /** What its keys were divided at, such as `:` or `/`; empty when they are not divided. */
  readonly separator: string;
}

export interface FamilyReport {
  /** What the keys begin with; empty for keys without a family. */
  readonly prefix: string;
  /** `data`: an adapter's. `unread`: user data that no adapter reads. */
  readonly class: 'data' | 'internal' | 'operational' | 'unread' | 'unknown';
  readonly adapter?: ReportAdapter | undefined;
  /** Of `unread`: what these rows are. */
  readonly says?: string | undefined;
  readonly amounts: Amounts;
}

/**
 * A part of the keys. The root has a node for each adapter, these one for each scope, these one for each prefix, by size, the largest first. `amounts` of a node
 * are those of all below it together with those of keys that end in it or are too few to be told: the sum of the children may be less.
 */
export interface TreeNode {
  readonly kind: 'root' | 'adapter' | 'scope' | 'prefix' | 'other';
  /** Of the node alone: `redis`, `hash`, `session:`. With its separator. Empty for `root` and `other`. */
  readonly name: string;
  readonly amounts: Amounts;
  /** Of `other`: how many nodes are summed up in it, as far as they were counted. */
  readonly nodes?: number | undefined;
  readonly children?: readonly TreeNode[] | undefined;
}

/** The largest of each adapter, 20 unless more or fewer were asked for. */
export interface LargestUnits {
  /** By bytes of the unit, live and old, the largest first. */
  readonly bySize: readonly UnitReport[];
  /** By elements, the largest first: fields, members, items, entries, chunks. Units without elements are not among them. */
  readonly byElements: readonly UnitReport[];
}

export interface UnitReport {
  /** `redis/user:1`, `dynamodb/orders/7/2024`, `s3/photos/a/b.jpg`, `sqs/jobs/4f0c...`. */
  readonly address: string;
  readonly adapter: ReportAdapter;
  /** Type, table, bucket or queue. */
  readonly scope: string;
  /** Of its live rows: expiry and index rows too, also those that name it in their value. */
  readonly bytes: number;
  /** Live rows. */
  readonly rows: number;
  /** 0 for units that have none: strings, items, messages. */
  readonly elements: number;
  /** All other versions of its rows, deletions too. */
  readonly oldVersions: number;
  readonly oldBytes: number;
  /** About when, by the wall clock, the newest of its live rows was written; 0 when none is live. */
  readonly writtenAtMs: number;
}

/** By powers of two. */
export interface SizeDistribution {
  /** Ascending; those between that are empty too. */
  readonly buckets: readonly SizeBucket[];
}

export interface SizeBucket {
  /** Bytes: from (inclusive) and below (exclusive). */
  readonly from: number;
  readonly below: number;
  readonly rows: number;
  readonly bytes: number;
  readonly byAdapter: Readonly<Partial<Record<ReportAdapter, { readonly rows: number; readonly bytes: number }>>>;
}

/** By stretches of time of one length: an hour, or as many as make 1,000 stretches at most. */
export interface TimeDistribution {
  readonly widthMs: number;
  /** Ascending by `fromMs`; stretches without any are left out. */
  readonly buckets: readonly TimeBucket[];
  /** Without a time that a calendar has; of expiries also the Redis keys that do not expire. */
  readonly without: { readonly count: number; readonly bytes: number };
}

export interface TimeBucket {
  readonly fromMs: number;
  /** Rows; of expiries units. */
  readonly count: number;
  readonly bytes: number;
  readonly byAdapter: Readonly<Partial<Record<ReportAdapter, { readonly count: number; readonly bytes: number }>>>;
}

/** Transactions over several groups, of which something is in the snapshot. */
export interface TransactionReport {
  /** Keys that are locked by a transaction that was open. */
  readonly locks: number;
  /** Writes that are prepared and not yet there. */
  readonly prepared: number;
  readonly preparedBytes: number;
  /** Records of how transactions ended. */
  readonly commits: number;
  readonly rollbacks: number;
  /** The transactions that hold locks, the oldest first; 100 at most. */
  readonly open: readonly OpenTransaction[];
  /** How they ended, as all groups together say; when several were read. */
  readonly resolved?: Readonly<Record<string, number>> | undefined;
}

export interface OpenTransaction {
  /** The first key that it writes, an address or a stored key. */
  readonly primary: string;
  /** About, by the wall clock. */
  readonly startedAtMs: number;
  readonly locks: number;
  /** Some of the keys that it has locked; 10 at most. */
  readonly keys: readonly string[];
}

export interface LeftOut {
  /** Whether it was asked for: a decode was rehearsed. When not, only what the check alone tells is there. */
  readonly isRehearsed: boolean;
  /** A decode would refuse the input, with this message. */
  readonly refused?: string | undefined;
  readonly warnings: readonly ReportWarning[];
}

export interface ReportWarning {
  /** As in `docs/warnings`: `unknown_family`. */
  readonly event: string;
  readonly message: string;
  /** `loss`: not in the dump. `doubt`: in it, but something contradicts it. */
  readonly weight: 'loss' | 'doubt' | 'note';
  readonly fields: Readonly<Record<string, string | number>>;
}

/** One unit through time. */
export interface UnitHistory {
  readonly address: string;
  /** Commits that wrote or deleted rows of it, the newest first; 1,000 at most. */
  readonly commits: readonly UnitCommit[];
  /** Rows that commits before these wrote or deleted. */
  readonly olderRows: number;
}

export interface UnitCommit {
  readonly commitTs: string;
  /** About, by the wall clock; what `ekv get --at` takes. */
  readonly atMs: number;
  /** Rows. A string has one, a hash one for each field and one of its own. */
  readonly written: number;
  /** Of keys and bodies. */
  readonly writtenBytes: number;
  readonly deleted: number;
  /** Rows that this commit wrote and that are visible still. */
  readonly live: number;
}
