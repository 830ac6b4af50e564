import { RowError, type RowSource } from '@ekv/snapshot';

/** What a walk over rows gives; its errors about a row are thrown as what they mean to a reader of the file: path, offset, ordinal, key. */
export function* locatedRows<T>(source: RowSource, walk: Iterable<T>): Generator<T, void, undefined> {
  try {
    yield* walk;
  } catch (error) {
    throw error instanceof RowError ? source.located(error) : error;
  }
}
