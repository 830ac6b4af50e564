/** What `redisKeys` gives: a key with its value. All bytes are copies, the caller's to keep. */
export type RedisKey = StringKey | HyperLogLogKey | HashKey | ListKey | SetKey | SortedSetKey | StreamKey;

/** Types as TYPE of a server names them, and HyperLogLogs. */
export type RedisType = RedisKey['type'];

interface KeyFacts {
  readonly key: Buffer;
  /** Milliseconds since 1970; `null` = the key does not expire. */
  readonly expireAt: bigint | null;
}

/**
 * The elements of a collection, of any number: they come as they are asked for. They can be walked over once, and until the next key
 * is asked for; a later walk is an ArgumentError. `new Map(value)` or `[...value]` keeps them.
 */
export interface Elements<Element> extends Iterable<Element> {
  /** How many there are. */
  readonly size: number;
}

/** A string. */
export interface StringKey extends KeyFacts {
  readonly type: 'string';
  readonly value: Buffer;
}

/** A HyperLogLog. */
export interface HyperLogLogKey extends KeyFacts {
  readonly type: 'hyperloglog';
  /** The payload as a server of elastickv stores it. */
  readonly value: Buffer;
}

/** A hash with its fields. */
export interface HashKey extends KeyFacts {
  readonly type: 'hash';
  /** Sorted by the bytes of the names. */
  readonly value: Elements<[name: Buffer, value: Buffer]>;
}

/** A list with its items. */
export interface ListKey extends KeyFacts {
  readonly type: 'list';
  /** The first item first. */
  readonly value: Elements<Buffer>;
}

/** A set with its members. */
export interface SetKey extends KeyFacts {
  readonly type: 'set';
  /** Sorted by their bytes. */
  readonly value: Elements<Buffer>;
}

/** A sorted set with its members and their scores. */
export interface SortedSetKey extends KeyFacts {
  readonly type: 'zset';
  /** Sorted by the bytes of the members, not by score. */
  readonly value: Elements<{ readonly member: Buffer; readonly score: number }>;
}

/** A stream with its entries. */
export interface StreamKey extends KeyFacts {
  readonly type: 'stream';
  /** The highest id that was ever given out, `ms-seq` in decimal digits. */
  readonly lastId: string;
  /** In order of ids, as {@link Elements}, but their number shows at the end. */
  readonly value: Iterable<StreamKeyEntry>;
}

/** An entry of a stream. Names may repeat; `Object.fromEntries(fields)` keeps the last of each. */
export interface StreamKeyEntry {
  /** As {@link StreamKey.lastId}. */
  readonly id: string;
  readonly fields: ReadonlyArray<[name: string, value: string]>;
}
