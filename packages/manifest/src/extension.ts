import type { Extension } from './extension-schema.ts';
import { DYNAMODB_JSONL_VERSION, EXTENSION_VERSION } from './format-versions.ts';

/** Name of the member. */
export const EXTENSION_FIELD = 'ekv';

/** What is lost, by kind of damage. */
export type LostCounts = NonNullable<Extension['partial']>;

/** The selections by which a part of the data was taken, one after the other. */
export type Filters = NonNullable<Extension['filter']>;

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
  /** Of a part of the data: by what it was chosen. Empty counts as absent. */
  readonly filter?: Filters | undefined;
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
  const filter = members.filter?.length === 0 ? undefined : members.filter;
  if (!wholeState && [partial, filter, dynamodbJsonl, groups, part].every((member) => member === undefined)) return {};
  const ekv: Extension = { version: EXTENSION_VERSION };
  if (partial !== undefined) ekv.partial = { ...partial };
  if (filter !== undefined) ekv.filter = [...filter];
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
