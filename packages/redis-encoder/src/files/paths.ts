/** Where Redis data lies in a dump tree; docs/format/03-redis.md, section 1. */
export const REDIS_FOLDER = 'redis';
export const DATABASE_FOLDER = 'redis/db_0';
export const KEYMAP_PATH = 'redis/db_0/KEYMAP.jsonl';
export const STRINGS_FOLDER = 'redis/db_0/strings';
export const STRINGS_SIDECAR = 'redis/db_0/strings_ttl.jsonl';
export const HYPERLOGLOGS_FOLDER = 'redis/db_0/hll';
export const HYPERLOGLOGS_SIDECAR = 'redis/db_0/hll_ttl.jsonl';
export const HASHES_FOLDER = 'redis/db_0/hashes';
export const SETS_FOLDER = 'redis/db_0/sets';
export const LISTS_FOLDER = 'redis/db_0/lists';
export const SORTED_SETS_FOLDER = 'redis/db_0/zsets';
export const STREAMS_FOLDER = 'redis/db_0/streams';

/** Folders with a file for each key of a type. */
export const TYPE_FOLDERS: readonly string[] = [
  STRINGS_FOLDER,
  HYPERLOGLOGS_FOLDER,
  HASHES_FOLDER,
  SETS_FOLDER,
  LISTS_FOLDER,
  SORTED_SETS_FOLDER,
  STREAMS_FOLDER,
];

export const BLOB_SUFFIX = '.bin';
export const COLLECTION_SUFFIX = '.json';
export const STREAM_SUFFIX = '.jsonl';
