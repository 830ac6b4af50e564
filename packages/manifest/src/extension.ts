import * as z from 'zod';
import { flag, list, mapOf, onlyNumber, text, u64 } from './field-types.ts';

const DYNAMODB_JSONL_VERSION = 1;

/** How the items of a tree lie in files with many of them; docs/format/04-dynamodb.md, section 11.4. */
const dynamodbJsonl = z.object(
  {
    version: onlyNumber(DYNAMODB_JSONL_VERSION),
    /** Size of a part that no line but a longer one passes. */
    part_bytes: u64,
    /** By folder of the table: how many files and items it has. */
    tables: mapOf(z.object({ parts: u64, items: u64 }, { error: 'an object with parts and items' }), 'tables'),
  },
  { error: 'an object' },
);

/** One of the snapshots that were decoded together. What is not known of it is left out. */
const groupSnapshot = z.object(
  {
    /** Id of its Raft group. */
    group: u64.optional(),
    /** Its path as given. */
    fsm_path: text,
    snapshot_index: u64.optional(),
    last_commit_ts: u64,
    taken_at_ms: u64.optional(),
    min_retained_ts: u64.optional(),
  },
  { error: 'an object' },
);

/** Bounds of route keys are base64 of the URL alphabet, without padding; no end is no bound. */
const routeRange = z.object({ start: text, end: text.optional(), group: u64 }, { error: 'an object' });

const routes = z.object(
  {
    /** Of the catalog; absent for ranges that somebody gave. */
    version: u64.optional(),
    /** Ascending by start. */
    ranges: list(routeRange, 'ranges'),
  },
  { error: 'an object' },
);

/** How many transactions over several groups ended which way. */
const transactions = z.object(
  {
    committed: u64,
    rolled_back: u64,
    undecided: u64,
    torn: u64,
    maybe_torn: u64,
    lost_by_node: u64,
  },
  { error: 'an object' },
);

export const EXTENSION_VERSION = 1;
/** Name of the member. */
export const EXTENSION_FIELD = 'ekv';

/**
 * What ekv adds to the formats of elastickv, in the manifest of a tree and in the sidecar of a snapshot alike;
 * docs/format/02-dump-tree.md, section 3.7. With another version it counts as absent.
 */
export const extensionSchema = z.object(
  {
    version: onlyNumber(EXTENSION_VERSION),
    /** It goes back to a damaged snapshot that was salvaged, and is not complete: what is lost, by kind. */
    partial: z.record(text, u64, { error: 'an object of counts' }).optional(),
    /** Only of a tree with the layout `jsonl`, and always there then. */
    dynamodb_jsonl: dynamodbJsonl.optional(),
    /** Beside the data a tree holds what it has no place for elsewhere, in its folder `ekv`. */
    whole_state: flag.optional(),
    /** The snapshots that it comes from, when it comes from several. */
    groups: list(groupSnapshot, 'objects').optional(),
    /** It holds the data as of this moment, a commit timestamp, and not the newest. */
    as_of_ts: u64.optional(),
    /** Which group of the cluster serves which keys. */
    routes: routes.optional(),
    transactions: transactions.optional(),
    /** Entries that were left out, as they lay in another group than the one that serves their key. */
    strays: u64.optional(),
    /** Of the sidecar of a snapshot that is one of several: id of its Raft group. */
    group: u64.optional(),
    /** With `group`: the ranges by which the rows were divided, as the flag --shardRanges of a server has them. */
    ranges: text.optional(),
    /** With `group`, when queues were divided by partition: how, as the flag --sqsFifoPartitionMap of a server has it. */
    partition_map: text.optional(),
  },
  { error: 'an object' },
);

type Extension = z.infer<typeof extensionSchema>;

/** What is lost, by kind of damage. */
export type LostCounts = NonNullable<Extension['partial']>;

/** The items of a tree in the layout `jsonl`, as its manifest has them. */
export type DynamodbJsonl = NonNullable<Extension['dynamodb_jsonl']>;

/** What a tree says of the groups of the cluster that it comes from; docs/format/02-dump-tree.md, section 3.7. */
export type GroupMembers = Pick<Extension, 'groups' | 'as_of_ts' | 'routes' | 'transactions' | 'strays'>;

/** Which part of a tree a snapshot has that is one of several. */
export interface SnapshotPart {
  readonly group: bigint;
  /** By which the rows were divided, as the flag --shardRanges of a server has them. */
  readonly ranges: string;
  /** By which queues with partitions were divided, as the flag --sqsFifoPartitionMap of a server has it. */
  readonly partition_map?: string;
}

/** What a tree or a snapshot says beyond the formats of elastickv. */
export interface ExtensionMembers {
  /** Of what goes back to a damaged snapshot: what is lost. */
  readonly partial?: Readonly<LostCounts> | undefined;
  /** Tables in any order; a file has them ascending. */
  readonly dynamodbJsonl?: Omit<DynamodbJsonl, 'version'> | undefined;
  readonly wholeState?: boolean | undefined;
  /** Of what comes from several groups, or is as of a moment. */
  readonly groups?: GroupMembers | undefined;
  /** Of a snapshot that is one of several. */
  readonly part?: SnapshotPart | undefined;
}

/** The member with all that there is to say; nothing when there is none. */
export function extensionOf(members: ExtensionMembers): { ekv?: Extension } {
  const { partial, dynamodbJsonl, wholeState, groups, part } = members;
  if (!wholeState && [partial, dynamodbJsonl, groups, part].every((member) => member === undefined)) return {};
  const ekv: Extension = { version: EXTENSION_VERSION };
  if (partial !== undefined) ekv.partial = { ...partial };
  if (dynamodbJsonl !== undefined) {
    const tables = new Map([...dynamodbJsonl.tables].sort(byName));
    ekv.dynamodb_jsonl = { version: DYNAMODB_JSONL_VERSION, part_bytes: dynamodbJsonl.part_bytes, tables };
  }
  if (wholeState) ekv.whole_state = true;
  return { ekv: { ...ekv, ...groups, ...part } };
}

/** Names of folders are ASCII, for which this is the order of their bytes. */
function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}
