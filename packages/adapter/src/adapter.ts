import type { TreeSink, TreeSource } from '@ekv/dump-tree';
import type { ReadableSnapshot, RowSource, ScratchFolder, SnapshotRow, TakeSlicePiece, Warn } from '@ekv/snapshot';
import type { ExpiryLimit } from './expiry-limit.ts';
import type { Owner } from './owners/owner.ts';
import type { RowOwners } from './owners/row-owners.ts';
import type { AdapterName, DynamodbJsonl, DynamodbLayout, Exclusions, TableParts } from './tree-facts.ts';

/** What an adapter is given for one run. */
interface AdapterRun {
  readonly warn: Warn;
  /** For sorts that do not fit in memory. The caller removes it. */
  readonly scratch: ScratchFolder;
  /** Added to all absolute times of expiries and messages, ms; 0 = they stay. */
  readonly shiftMs: bigint;
  /** Leaves out what had expired. Absent: nothing is. */
  readonly expired?: ExpiryLimit | undefined;
  /** Threads that may work, the caller's included. Absent: as many as are worth it. */
  readonly workers?: number | undefined;
}

/** Looks at bodies that an encoder left in their files, while they are read for the snapshot: no body is read twice for it. */
export interface BodyCheck {
  readonly take: TakeSlicePiece;
  /** Tells what was found. To be called once, after the last body. */
  readonly report: (warn: Warn) => void;
  /** Frees what the check holds. To be called in any case. */
  readonly close: () => void;
}

/** What an encoder is given beside that. */
export interface EncodeRun extends AdapterRun {
  /** Fill in what is absent and can be computed: digests, ids, sequence numbers. */
  readonly complete: boolean;
  /**
   * Takes a check that is made while the snapshot is written. Gives the byte that notes of its slices must begin with. Absent:
   * what is to be known of bodies must be known before the last row.
   */
  readonly checkLater?: (check: BodyCheck) => number;
  /** What the manifest says of a tree in the layout `jsonl`. Absent: each item has a file. */
  readonly dynamodbJsonl?: DynamodbJsonl | undefined;
  /** Tables may have other numbers of items than the manifest says: they were edited. */
  readonly acceptEdited?: boolean | undefined;
  /** Which units are encoded, for what is reckoned from all of them: rows of others may be given, and are left out later. Absent: all. */
  readonly takes?: ((unit: Owner) => boolean) | undefined;
  /** The whole state is read; absent: what stands in its folder is not looked at. */
  readonly state?: StateReading | undefined;
}

/** How files of the whole state are read. docs/format/12-whole-state.md. */
export interface StateReading {
  /**
   * To be told of a file of which not all lines stand for something in the tree, or that lacks lines for what is there: the tree was
   * edited, and its file is not compared with that of the snapshot. A folder with all its files has a `/` at the end.
   */
  readonly edited: (path: string) => void;
}

/** What encode changes against the tree that it reads. */
export type TreeEdits = Pick<EncodeRun, 'shiftMs' | 'complete'>;

/** What a decoder is given beside that. */
export interface DecodeRun extends AdapterRun {
  /** What the tree is to hold. */
  readonly exclusions: Exclusions;
  /** For the layout `jsonl`. Absent: a file for each item. */
  readonly dynamodbParts?: DynamodbParts | undefined;
  /** Takes the files of the whole state, with paths relative to the root as all others. Absent: it is left out. */
  readonly state?: TreeSink | undefined;
  /** Other snapshots, for bytes that the one at hand lacks because other nodes keep them. */
  readonly payloadsFrom?: readonly ReadableSnapshot[] | undefined;
}

/** How items are put into files with many of them, and who is told. */
export interface DynamodbParts {
  /** Size that a part passes with a single longer line alone. */
  readonly bytes: number;
  /** Gets each table in the order of their folders, once it is written. @param folder its name. */
  readonly wrote: (folder: string, table: TableParts) => void;
}

/** Key prefixes as byte strings, by what their rows are; the longest match decides. docs/format/01-snapshot.md, section 7. */
export interface Families {
  /** Rows that decode reads or knows to leave out: they count as the adapter's. */
  readonly data: readonly string[];
  /**
   * Of the data, those that decode counts or reports at most: indexes, changes of counts, locks. What they hold makes no difference to a
   * dump, but to one of the whole state.
   */
  readonly derived: readonly string[];
  /** Rows of the cluster itself: no user's data. */
  readonly internal: readonly string[];
  /** Markers without meaning for the data. */
  readonly operational: readonly string[];
  /** User data that the adapter does not read, by prefix, with what to say of it: rows of such keys "were left out: ...". */
  readonly unread: ReadonlyMap<string, string>;
}

/** What a manifest says of how its tree was made, as far as encode may not be able to restore it. */
export interface GuardFields extends Exclusions {
  readonly dynamodb_layout: DynamodbLayout;
  /** Absent in a tree of another tool, whatever its layout. */
  readonly dynamodb_jsonl?: DynamodbJsonl | undefined;
  /** The tree holds the whole state. */
  readonly whole_state?: boolean | undefined;
}

/** Something that a tree may hold and encode cannot restore. docs/format/08-cli.md, section 3.5. */
export interface Guard {
  /** Field of the manifest that says so. */
  readonly field: keyof GuardFields;
  /** Whether the manifest says so. */
  readonly isSet: (fields: GuardFields) => boolean;
  /** What the manifest says, in words that follow "the manifest says". */
  readonly says: string;
  /** What is lost, and what else to do than to leave the adapter out. */
  readonly lost: string;
  /** Whether the rest of the tree is worth encoding without it. */
  readonly canBeDropped: boolean;
}

/** What of a line counts in a comparison. */
export type ComparedLine = (line: Buffer) => Buffer;

/** Gives the input's file or line with what was absent filled in. */
export type Completed = (input: Buffer, decoded: Buffer) => Buffer;

/** How files of a tree are compared with those of the snapshot made from it. docs/format/08-cli.md, section 6.3. */
export interface ComparisonRules {
  /** Whether a file of the tree is JSON, in which white space between values means nothing. */
  readonly isJson: (path: string) => boolean;
  /** Files that mean the same in any order of their lines. */
  readonly isLineSet: (path: string) => boolean;
  /**
   * For files that are compared line by line: gives the function that takes from a line what does not count. Nothing for files
   * that are compared byte by byte.
   */
  readonly comparedLine?: (path: string) => ComparedLine | undefined;
  /**
   * For a tree that was completed by its encode: gives, for files in which something may have been absent, the function that
   * fills an input's file, or line of a file, from what was decoded. Nothing for files that are compared as they are.
   */
  readonly completed?: (path: string) => Completed | undefined;
  /**
   * For files that are parts of one list of lines: gives a name for the whole, which is compared as a set of lines, however they
   * are divided. Nothing for other files.
   */
  readonly wholeOf?: (path: string) => string | undefined;
}

/** One front end of elastickv: its key families and its folder of the tree, which bears its name. */
export interface Adapter extends ComparisonRules {
  readonly name: AdapterName;
  readonly families: Families;
  /** Data families of which a row becomes a file, as a rule: what a decode has to do. Twice for two files. */
  readonly fileFamilies: readonly string[];
  /** What its folder of the whole state may hold. docs/format/12-whole-state.md. */
  readonly stateEntries: readonly string[];
  readonly guards: readonly Guard[];
  /** Whose its rows are. */
  readonly owners: RowOwners;
  /** Dump tree to rows. Problems of the tree are thrown after the last row. */
  readonly encode: (tree: TreeSource, run: EncodeRun) => Iterable<SnapshotRow>;
  /**
   * Whether an entry of the tree, by its path, may have something of an owner, or is needed to read it, when the tree has the names that decode gives. What
   * is named otherwise is not among them.
   */
  readonly mayBeOf: (path: string, owner: Owner) => boolean;
  /** Rows to dump tree. */
  readonly decode: (source: RowSource, sink: TreeSink, run: DecodeRun) => void;
  /** What a tree holds, where its manifest is too old to say; docs/format/08-cli.md, section 6.2. */
  readonly exclusionsOf?: (tree: TreeSource, exclusions: Exclusions) => Exclusions;
}

/** The usual {@link ComparisonRules.isJson}, for adapters in whose folder no user chooses the end of a name. */
export function isJsonName(path: string): boolean {
  return /\.jsonl?$/.test(path);
}

/** A guard for data that a flag of decode adds to a tree and encode does not read. */
export function addedByFlag(field: keyof Exclusions, lost: string): Guard {
  return { field, isSet: (fields) => fields[field] === true, says: field, lost, canBeDropped: true };
}
