import type { Owner } from '@ekv/adapter';
import { writeAddress } from '@ekv/core';
import { type StoredObject, s3Buckets, s3Objects } from '@ekv/s3-encoder/read';
import type { Wanted } from '../wanted.ts';
import { isWithin, scopesWithin } from './scopes.ts';
import type { S3Unit } from './unit.ts';
import type { UnitSource } from './unit-source.ts';

/** The objects that are wanted, bucket by bucket. */
export function* s3Units(source: UnitSource, wanted: Wanted): Generator<S3Unit, void, undefined> {
  for (const object of objectsOf(source, scopesWithin(wanted.within, 's3'))) {
    const owner: Owner = { adapter: 's3', scope: Buffer.from(object.bucket), key: object.keyBytes };
    if (wanted.takes(owner)) yield { adapter: 's3', owner, address: writeAddress(owner), object };
  }
}

function* objectsOf(
  { snapshot, warn }: UnitSource,
  scopes: ReadonlySet<string> | undefined,
): Generator<StoredObject, void, undefined> {
  if (scopes === undefined) return yield* s3Objects(snapshot, { warn });
  for (const { name } of s3Buckets(snapshot))
    if (isWithin(scopes, name)) yield* s3Objects(snapshot, { bucket: name, warn });
}
