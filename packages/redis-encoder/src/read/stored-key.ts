/** What `redisKeys` gives: a key with its value. All bytes are copies, the caller's to keep. */
export type StoredKey =
  | StoredString
  | StoredHyperLogLog
  | StoredHash
  | StoredList
  | StoredSet
  | StoredSortedSet
  | StoredStream;

/** Types as TYPE of a server names them, and HyperLogLogs. */
export type RedisType = StoredKey['type'];

interface KeyFacts {
  readonly key: Buffer;
  /** Milliseconds since 1970; `null` = the key does not expire. */
  readonly expireAt: bigint | null;
}

/**
 * The elements of a collection, of any number: they come as they are asked for. They can be walked over once, and until the next key
 * is asked for; a later walk is an ArgumentError. `new Map(value)` or `[...value]` keeps them.
 */
export interface StoredElements<Element> extends Iterable<Element> {
  /** How many there are. */
  readonly size: number;
}

/** A string. */
export interface StoredString extends KeyFacts {
  readonly type: 'string';
  readonly value: Buffer;
}

/** A HyperLogLog. */
export interface StoredHyperLogLog extends KeyFacts {
  readonly type: 'hyperloglog';
  /** The payload as a server of elastickv stores it. */
  readonly value: Buffer;
}

/** A hash with its fields. */
export interface StoredHash extends KeyFacts {
  readonly type: 'hash';
  /** Sorted by the bytes of the names. */
  readonly value: StoredElements<[name: Buffer, value: Buffer]>;
}

/** A list with its items. */
export interface StoredList extends KeyFacts {
  readonly type: 'list';
  /** The first item first. */
  readonly value: StoredElements<Buffer>;
}

/** A set with its members. */
export interface StoredSet extends KeyFacts {
  readonly type: 'set';
  /** Sorted by their bytes. */
  readonly value: StoredElements<Buffer>;
}

/** A sorted set with its members and their scores. */
export interface StoredSortedSet extends KeyFacts {
  readonly type: 'zset';
  /** Sorted by the bytes of the members, not by score. */
  readonly value: StoredElements<{ readonly member: Buffer; readonly score: number }>;
}

/** A stream with its entries. */
export interface StoredStream extends KeyFacts {
  readonly type: 'stream';
  /** The highest id that was ever given out, `ms-seq` in decimal digits. */
  readonly lastId: string;
  /** In order of ids, as {@link StoredElements}, but their number shows at the end. */
  readonly value: Iterable<StoredStreamEntry>;
}

/** An entry of a stream. Names may repeat; `Object.fromEntries(fields)` keeps the last of each. */
export interface StoredStreamEntry {
  /** As {@link StoredStream.lastId}. */
  readonly id: string;
  readonly fields: ReadonlyArray<[name: string, value: string]>;
}
