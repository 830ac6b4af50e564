import type { Adapter } from '@ekv/adapter';
import { dynamodbAdapter } from '@ekv/dynamodb-encoder/adapter';
import type { AdapterName } from '@ekv/manifest';
import { redisAdapter } from '@ekv/redis-encoder/adapter';
import { s3Adapter } from '@ekv/s3-encoder/adapter';
import { UsageError } from '@ekv/snapshot';
import { sqsAdapter } from '@ekv/sqs-encoder/adapter';
import { ADAPTER_NAMES } from '../run/adapter-list.ts';

const BY_NAME: Readonly<Record<AdapterName, Adapter>> = {
  redis: redisAdapter,
  dynamodb: dynamodbAdapter,
  s3: s3Adapter,
  sqs: sqsAdapter,
};

/** All adapters in the canonical fan-out order. */
export const ADAPTERS: readonly Adapter[] = ADAPTER_NAMES.map((name) => BY_NAME[name]);

/** The adapters of that name, in the canonical order, each once. Throws UsageError for a name that no adapter has. */
export function selectedAdapters(names: Iterable<AdapterName>): Adapter[] {
  const wanted = new Set(names);
  for (const name of wanted) {
    if (!ADAPTER_NAMES.includes(name)) throw new UsageError(`there is no adapter ${JSON.stringify(name)}`);
  }
  return ADAPTERS.filter(({ name }) => wanted.has(name));
}
