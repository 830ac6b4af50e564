import type { AdapterName } from '@ekv/adapter';
import type { Wanted } from '../wanted.ts';
import { dynamodbUnits } from './dynamodb-units.ts';
import { redisUnits } from './redis-units.ts';
import { s3Units } from './s3-units.ts';
import { sqsUnits } from './sqs-units.ts';
import type { Unit } from './unit.ts';
import type { UnitSource } from './unit-source.ts';

type Reader = (source: UnitSource, wanted: Wanted) => Generator<Unit, void, undefined>;

const READERS: Readonly<Record<AdapterName, Reader>> = {
  redis: redisUnits,
  dynamodb: dynamodbUnits,
  s3: s3Units,
  sqs: sqsUnits,
};

/** The units that are wanted, adapter by adapter, one in memory at a time. Throws SnapshotFormatError for a row that is damaged. */
export function* unitsOf(
  source: UnitSource,
  adapters: readonly AdapterName[],
  wanted: Wanted,
): Generator<Unit, void, undefined> {
  for (const adapter of adapters)
    if (wanted.within.some((owner) => owner.adapter === adapter)) yield* READERS[adapter](source, wanted);
}
