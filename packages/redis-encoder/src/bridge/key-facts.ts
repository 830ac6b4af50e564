import { bytesIn, isRefusal, type Redis, textIn } from './commands.ts';

/** A key of a server, before its value is read. */
export interface KeyFacts {
  readonly key: Buffer;
  /** As TYPE gives it; `none` for a key that is gone. */
  readonly type: string;
  /** Milliseconds since 1970; `null` = it does not expire. */
  readonly expireAt: bigint | null;
  /** Bytes of a string, elements of a collection; 0 for other types. */
  readonly size: number;
}

const SIZE_COMMANDS: Readonly<Record<string, string>> = {
  string: 'STRLEN',
  hash: 'HLEN',
  list: 'LLEN',
  set: 'SCARD',
  zset: 'ZCARD',
  stream: 'XLEN',
};

/** Asks for what decides how a value is read. Servers before Redis 7 have no PEXPIRETIME and are asked for the time that is left. */
export class FactsReader {
  readonly #redis: Redis;
  #hasExpireTime = true;

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  async read(key: Buffer): Promise<KeyFacts> {
    const [type, expireAt] = await Promise.all([this.#redis.send(['TYPE', key]).then(textIn), this.#expiry(key)]);
    const gone = expireAt === -2n;
    return {
      key,
      type: gone ? 'none' : type,
      expireAt: expireAt > 0n ? expireAt : null,
      size: gone ? 0 : await this.#size(key, type),
    };
  }

  async #size(key: Buffer, type: string): Promise<number> {
    const command = SIZE_COMMANDS[type];
    return command === undefined ? 0 : Number(textIn(await this.#redis.send([command, key])));
  }

  async #expiry(key: Buffer): Promise<bigint> {
    if (this.#hasExpireTime) {
      try {
        return BigInt(textIn(await this.#redis.send(['PEXPIRETIME', key])));
      } catch (error) {
        if (!isRefusal(error, 'ERR unknown command')) throw error;
        this.#hasExpireTime = false;
      }
    }
    const left = BigInt(textIn(await this.#redis.send(['PTTL', key])));
    return left < 0n ? left : BigInt(Date.now()) + left;
  }
}

const HYPERLOGLOG_BYTES = 16;

/**
 * Whether a string is what PFADD of Redis makes, which TYPE does not say: the magic, dense or sparse, and three bytes that are not used, in a
 * header of 16.
 */
export function isHyperLogLog(value: unknown): boolean {
  const bytes = bytesIn(value);
  if (bytes.length < HYPERLOGLOG_BYTES || bytes.toString('latin1', 0, 4) !== 'HYLL') return false;
  return bytes[4]! <= 1 && bytes.readUIntBE(5, 3) === 0;
}
