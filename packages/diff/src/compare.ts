import type { AdapterName } from '@ekv/adapter';
import type { ReadableSnapshot, ScratchFolder, Warn } from '@ekv/snapshot';
import type { Change } from './changes/change.ts';
import { changesIn } from './changes/changes.ts';
import { dynamodbFacts } from './facts/dynamodb-facts.ts';
import type { FactReader } from './facts/fact-reader.ts';
import { FactSort, SIDES } from './facts/fact-sort.ts';
import { redisFacts } from './facts/redis-facts.ts';
import { s3Facts } from './facts/s3-facts.ts';
import { sqsFacts } from './facts/sqs-facts.ts';

const READERS: Readonly<Record<AdapterName, FactReader>> = {
  redis: redisFacts,
  dynamodb: dynamodbFacts,
  s3: s3Facts,
  sqs: sqsFacts,
};

/** How two states are compared. */
export interface CompareOptions {
  readonly adapters: readonly AdapterName[];
  readonly scratch: ScratchFolder;
  readonly scratchRoot?: string | undefined;
  /** Gets what decode would say of each of both. */
  readonly warn: Warn;
}

export function* compared(
  from: ReadableSnapshot,
  to: ReadableSnapshot,
  options: CompareOptions,
): Generator<Change, void, undefined> {
  const { adapters, scratch, scratchRoot, warn } = options;
  const facts = new FactSort(scratch);
  try {
    for (const side of SIDES) {
      facts.begin(side);
      for (const adapter of adapters) READERS[adapter](side === 'from' ? from : to, facts, { warn, scratchRoot });
    }
    yield* changesIn(facts.sorted());
  } finally {
    facts.close();
  }
}
