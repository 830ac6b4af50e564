import { ArgumentError } from '@ekv/snapshot';
import { checkClient } from './given-client.ts';
import { RedisSource, type RedisSourceOptions } from './redis-source.ts';

export type { RedisSource, RedisSourceOptions } from './redis-source.ts';
export type { Skipped } from './skipped.ts';

/** What is called of a client of node-redis (the package `redis`, from version 5 on). */
export interface NodeRedisClient {
  sendCommand(
    args: ReadonlyArray<string | Buffer>,
    options: { typeMapping: Record<number, unknown> },
  ): Promise<unknown>;
  readonly masters?: unknown;
  readonly isOpen?: boolean | undefined;
}

/** Types of the protocol by the codes of their marks `$`, `,` and `%`: texts are wanted as bytes, doubles as digits, maps as lists. */
const TYPE_MAPPING: Record<number, unknown> = { 36: Buffer, 44: String, 37: Array };

/**
 * The keys of a Redis server, by a client of node-redis, for `writeSnapshot`; see {@link RedisSource}. The client must be connected.
 *
 * Throws ArgumentError, also for a client that is not connected, and for a cluster, whose nodes are scanned one by one.
 */
export function redisSource(client: NodeRedisClient, options: RedisSourceOptions = {}): RedisSource {
  checkClient(client, 'node-redis');
  if (client.masters !== undefined)
    throw new ArgumentError('a cluster is scanned node by node: give redisSource a client of each of its masters');
  if (client.isOpen === false)
    throw new ArgumentError('this client is not connected; await client.connect() before redisSource');
  return new RedisSource({ send: (command) => client.sendCommand(command, { typeMapping: TYPE_MAPPING }) }, options);
}
