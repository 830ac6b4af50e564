import { ArgumentError } from '@ekv/snapshot';
import { givenOnce, isAsyncIterable, isIterable, wrongKind } from '@ekv/snapshot/arguments';
import { isAnswer } from '../records/answer.ts';
import type { Item, ItemOrPage } from '../records/attribute-value.ts';

/** What is read of an answer to Scan or Query; those of the AWS SDK for JavaScript v3 are such. */
export interface ScanPage {
  readonly Items?: readonly Item[] | undefined;
  readonly Count?: number | undefined;
  /** Set when more answers follow. */
  readonly LastEvaluatedKey?: unknown;
}

/**
 * The items of answers to Scan or Query as they come, such as those of `paginateScan`, page by page; items among them are given on. For
 * `table.rows`.
 *
 * @throws ArgumentError for anything but an iterable; at its turn, for an answer that counts other items than it has (`Select: 'COUNT'`); at the
 * end, when the last answer says that more follow: a part must not be taken for the table.
 */
export function fromSdk(answers: AsyncIterable<ScanPage | Item>): AsyncGenerator<ItemOrPage, void, undefined>;
export function fromSdk(answers: Iterable<ScanPage | Item>): Generator<ItemOrPage, void, undefined>;
export function fromSdk(answers: AsyncIterable<ScanPage | Item> | Iterable<ScanPage | Item>) {
  const name = 'the answers to Scan or Query';
  if (isAsyncIterable<ScanPage | Item>(answers)) return itemsAsTheyCome(givenOnce(answers, name));
  if (isIterable<ScanPage | Item>(answers)) return items(givenOnce(answers, name));
  if (isAnswer(answers) || 'send' in Object(answers))
    throw new ArgumentError(
      `${name} are one answer or a client; give all answers, as paginateScan() does, or [answer] when it is all`,
    );
  throw wrongKind(answers, name, 'an iterable or an async iterable, as paginateScan() gives it');
}

async function* itemsAsTheyCome(answers: AsyncIterable<ScanPage | Item>): AsyncGenerator<ItemOrPage, void, undefined> {
  let number = 0;
  let last: ScanPage | Item | undefined;
  for await (const answer of answers) {
    yield itemsOf(answer, ++number);
    last = answer;
  }
  refuseMore(last);
}

function* items(answers: Iterable<ScanPage | Item>): Generator<ItemOrPage, void, undefined> {
  let number = 0;
  let last: ScanPage | Item | undefined;
  for (const answer of answers) {
    yield itemsOf(answer, ++number);
    last = answer;
  }
  refuseMore(last);
}

function refuseMore(last: ScanPage | Item | undefined): void {
  const { Items: found, LastEvaluatedKey: key } = (last ?? {}) as ScanPage;
  if (!Array.isArray(found) || key === undefined || key === null) return;
  throw new ArgumentError(
    'the last answer has a LastEvaluatedKey, so the items after it are missing; give all answers, as paginateScan() does',
  );
}

/** What is no answer is an item, or looked at where items are. @param number from 1 on. */
function itemsOf(answer: ScanPage | Item, number: number): ItemOrPage {
  const { Items: found, Count: count } = (answer ?? {}) as ScanPage;
  const isPage = Array.isArray(found);
  if (typeof count !== 'number') return isPage ? found : (answer as Item);
  const held = isPage ? found.length : 0;
  if (count === held) return isPage ? found : [];
  throw new ArgumentError(
    `answer ${number} counts ${count} items and has ${held} of them; leave Select out of the Scan, or give it ALL_ATTRIBUTES`,
  );
}
