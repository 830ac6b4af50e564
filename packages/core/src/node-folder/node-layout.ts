// What a node leaves on disk; docs/format/01-snapshot.md, section 8.3.

/** Folder of the snapshots, in a data folder. */
export const SNAPSHOT_FOLDER = 'fsm-snap';
/** Folder of their tokens, beside it. */
export const TOKEN_FOLDER = 'snap';
/** What else shows that a folder is a node's data folder. */
export const DATA_FOLDER_SIGNS = ['wal', 'raft-engine', 'fsm.db'] as const;
/** The data folder of one of several groups. */
export const GROUP_FOLDER = /^group-[0-9]+$/;
/** A token: `<term>-<index>.snap`. */
export const TOKEN_SUFFIX = '.snap';
/** A snapshot that a node is writing. */
export const UNFINISHED_SUFFIX = '.fsm.tmp';
