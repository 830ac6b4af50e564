import { ArgumentError } from '@ekv/snapshot';
import { checkClient } from './given-client.ts';
import { RedisSource, type RedisSourceOptions } from './redis-source.ts';

export type { RedisSource, RedisSourceOptions } from './redis-source.ts';
export type { Skipped } from './skipped.ts';

/** What is called of a client of ioredis. */
export interface IoredisClient {
  callBuffer(command: string, args: Array<string | Buffer>): Promise<unknown>;
  readonly options: { readonly keyPrefix?: string | undefined };
  readonly isCluster?: boolean | undefined;
}

/**
 * The keys of a Redis server, by a client of ioredis, for `writeSnapshot`; see {@link RedisSource}.
 *
 * Throws ArgumentError, also for a client with a `keyPrefix`, which it would put before each key again, and for a Cluster, whose nodes are
 * scanned one by one.
 */
export function redisSource(client: IoredisClient, options: RedisSourceOptions = {}): RedisSource {
  checkClient(client, 'ioredis');
  if (client.isCluster === true)
    throw new ArgumentError("a Cluster is scanned node by node: give redisSource each of its nodes('master')");
  if (client.options.keyPrefix)
    throw new ArgumentError(
      `the client puts its keyPrefix "${client.options.keyPrefix}" before each key; give client.duplicate({ keyPrefix: '' }), and match`,
    );
  return new RedisSource({ send: ([name, ...args]) => client.callBuffer(name, args) }, options);
}
