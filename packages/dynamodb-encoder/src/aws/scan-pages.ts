import { ArgumentError } from '@ekv/snapshot';
import { isAsyncIterable, isIterable, kindOf, wrongKind } from '@ekv/snapshot/arguments';
import type { Item } from '../records/attribute-value.ts';

/** What is read of an answer to Scan or Query; those of the AWS SDK for JavaScript v3 are such. */
export interface ScanPage {
  readonly Items?: readonly Item[] | undefined;
  readonly Count?: number | undefined;
}

/**
 * The items of answers to Scan or Query as they come, such as those of `paginateScan`, page by page: for `table.rows`.
 *
 * @throws ArgumentError for what is no such answer, at its turn: one that counts its items and has none (`Select: 'COUNT'`) is none.
 */
export function fromSdk(pages: AsyncIterable<ScanPage>): AsyncGenerator<readonly Item[], void, undefined>;
export function fromSdk(pages: Iterable<ScanPage>): Generator<readonly Item[], void, undefined>;
export function fromSdk(pages: AsyncIterable<ScanPage> | Iterable<ScanPage>) {
  if (isAsyncIterable<ScanPage>(pages)) return itemsAsTheyCome(pages);
  if (isIterable<ScanPage>(pages)) return items(pages);
  throw wrongKind(pages, 'the pages of a Scan', 'an iterable or an async iterable');
}

async function* itemsAsTheyCome(pages: AsyncIterable<ScanPage>): AsyncGenerator<readonly Item[], void, undefined> {
  let number = 0;
  for await (const page of pages) yield itemsOf(page, ++number);
}

function* items(pages: Iterable<ScanPage>): Generator<readonly Item[], void, undefined> {
  let number = 0;
  for (const page of pages) yield itemsOf(page, ++number);
}

/** @param number from 1 on. */
function itemsOf(page: ScanPage, number: number): readonly Item[] {
  const { Items: found, Count: count } = page ?? {};
  if (Array.isArray(found)) return found;
  if (found !== undefined || typeof count !== 'number')
    throw new ArgumentError(
      `page ${number} must be an answer to Scan or Query, with Items and Count, not ${kindOf(page)}`,
    );
  if (count === 0) return [];
  throw new ArgumentError(
    `page ${number} counts ${count} items and has none of them; leave Select out of the Scan, or give it ALL_ATTRIBUTES`,
  );
}
