import { ArgumentError } from '@ekv/snapshot';
import { kindOf } from '@ekv/snapshot/arguments';

export type ClientPackage = 'ioredis' | 'node-redis';

/** Throws ArgumentError for a client of the other package, which has methods of the same names for other things, and for what is none. */
export function checkClient(client: object, wanted: ClientPackage): void {
  const found = packageOf(client);
  if (found === wanted) return;
  if (found === undefined)
    throw new ArgumentError(
      `redisSource of @ekv/redis-encoder/${wanted} needs a client of ${wanted}, not ${kindOf(client)}`,
    );
  throw new ArgumentError(
    `this client is one of ${found}, and redisSource one of @ekv/redis-encoder/${wanted}; import it from @ekv/redis-encoder/${found}`,
  );
}

/** Both have a `sendCommand`; that of ioredis takes something else. */
function packageOf(client: object | undefined): ClientPackage | undefined {
  if (has(client, 'callBuffer')) return 'ioredis';
  return has(client, 'sendCommand') ? 'node-redis' : undefined;
}

function has(client: object | undefined, method: string): boolean {
  return typeof (client as Readonly<Record<string, unknown>> | undefined | null)?.[method] === 'function';
}
