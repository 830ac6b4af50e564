import * as z from 'zod/mini';
import { flag, list, mapOf, onlyNumber, text, u64 } from './field-types.ts';
import { DYNAMODB_JSONL_VERSION, EXTENSION_VERSION } from './format-versions.ts';

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
    group: z.optional(u64),
    /** Its path as given. */
    fsm_path: text,
    snapshot_index: z.optional(u64),
    last_commit_ts: u64,
    taken_at_ms: z.optional(u64),
    min_retained_ts: z.optional(u64),
  },
  { error: 'an object' },
);

/** Bounds of route keys are base64 of the URL alphabet, without padding; no end is no bound. */
const routeRange = z.object({ start: text, end: z.optional(text), group: u64 }, { error: 'an object' });

const routes = z.object(
  {
    /** Of the catalog; absent for ranges that somebody gave. */
    version: z.optional(u64),
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

/** A selection by which a part of the data was taken; docs/format/13-selection.md, section 5. */
const filter = z.object(
  {
    match: z.optional(list(text, 'strings')),
    scopes: z.optional(list(text, 'strings')),
    exclude: z.optional(list(text, 'strings')),
    /** What had expired then was left out, ms since 1970. */
    expired_before_ms: z.optional(u64),
  },
  { error: 'an object' },
);

/**
 * What ekv adds to the formats of elastickv, in the manifest of a tree and in the sidecar of a snapshot alike;
 * docs/format/02-dump-tree.md, section 3.7. With another version it counts as absent.
 */
export const extensionSchema = z.object(
  {
    version: onlyNumber(EXTENSION_VERSION),
    /** It goes back to a damaged snapshot that was salvaged, and is not complete: what is lost, by kind. */
    partial: z.optional(z.record(text, u64, { error: 'an object of counts' })),
    /** It holds a part of the data: what all of these selections take. */
    filter: z.optional(list(filter, 'objects')),
    /** Only of a tree with the layout `jsonl`, and always there then. */
    dynamodb_jsonl: z.optional(dynamodbJsonl),
    /** Beside the data a tree holds what it has no place for elsewhere, in its folder `ekv`. */
    whole_state: z.optional(flag),
    /** The snapshots that it comes from, when it comes from several. */
    groups: z.optional(list(groupSnapshot, 'objects')),
    /** It holds the data as of this moment, a commit timestamp, and not the newest. */
    as_of_ts: z.optional(u64),
    /** Which group of the cluster serves which keys. */
    routes: z.optional(routes),
    transactions: z.optional(transactions),
    /** Entries that were left out, as they lay in another group than the one that serves their key. */
    strays: z.optional(u64),
    /** Of the sidecar of a snapshot that is one of several: id of its Raft group. */
    group: z.optional(u64),
    /** With `group`: the ranges by which the rows were divided, as the flag --shardRanges of a server has them. */
    ranges: z.optional(text),
    /** With `group`, when queues were divided by partition: how, as the flag --sqsFifoPartitionMap of a server has it. */
    partition_map: z.optional(text),
  },
  { error: 'an object' },
);

export type Extension = z.infer<typeof extensionSchema>;
