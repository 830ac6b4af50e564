import { ExternalSorter, type ScratchFolder, SIDE_SORT_BYTES, type SortedRows } from '@ekv/snapshot';
import { parseStreamId } from '../layout/stream-id.ts';
import { bytesIn, type Command, isRefusal, listIn, pairsIn, type Redis, textIn } from './commands.ts';
import { scanPages } from './scanned-keys.ts';

/** Elements of large collections, page by page. A page is what the server gives at once: nothing else is held in memory. */

const NOTHING = Buffer.alloc(0);

/** An entry of a stream as XRANGE gives it. */
export type ReplyEntry = readonly [id: unknown, fields: unknown];

export interface PageOptions {
  readonly redis: Redis;
  readonly key: Buffer;
  /** Elements that are asked for at once. */
  readonly count: number;
}

/** None when the key has a value of another type by now: what it had before is at its end, as that of a key that is gone. */
async function pageOf(redis: Redis, command: Command): Promise<readonly unknown[]> {
  try {
    return listIn(await redis.send(command));
  } catch (error) {
    if (isRefusal(error, 'WRONGTYPE')) return [];
    throw error;
  }
}

/** Of a list, from its first item on. */
export async function* listPages({ redis, key, count }: PageOptions): AsyncGenerator<Buffer> {
  for (let start = 0; ; start += count) {
    const page = await pageOf(redis, ['LRANGE', key, String(start), String(start + count - 1)]);
    for (const item of page) yield bytesIn(item);
    if (page.length < count) return;
  }
}

/** Of a stream, from its first entry on. */
export async function* entryPages({ redis, key, count }: PageOptions): AsyncGenerator<ReplyEntry> {
  for (let start = '-'; ; ) {
    const page = (await pageOf(redis, ['XRANGE', key, start, '+', 'COUNT', String(count)])) as ReplyEntry[];
    yield* page;
    const last = page.length < count ? undefined : parseStreamId(textIn(page[page.length - 1]![0]));
    if (last === undefined) return;
    // The exclusive form of a range is not known to servers before Redis 6.2.
    const next = ((last.ms << 64n) | last.seq) + 1n;
    start = `${next >> 64n}-${next & (2n ** 64n - 1n)}`;
  }
}

/**
 * Names and values that HSCAN or ZSCAN gives, or members of SSCAN with nothing, each name once: a scan may give one again. Sorted, on disk
 * when they are many. Whoever gets them closes them. `undefined` when there are none.
 */
export async function scannedElements(
  { redis, key, count }: PageOptions,
  command: 'HSCAN' | 'SSCAN' | 'ZSCAN',
  scratch: ScratchFolder,
): Promise<SortedRows | undefined> {
  const sorter = new ExternalSorter({ scratch, arenaBytes: SIDE_SORT_BYTES });
  try {
    for await (const page of scanPages(redis, (cursor) => [command, key, cursor, 'COUNT', String(count)])) {
      if (command === 'SSCAN') for (const member of page) sorter.add(bytesIn(member), NOTHING);
      else for (const [name, value] of pairsIn(page)) sorter.add(bytesIn(name), bytesIn(value));
    }
    return sorter.count === 0 ? undefined : sorter.sorted();
  } catch (error) {
    sorter.close();
    throw error;
  }
}

/** What comes, when anything does: the first element has been waited for. */
export async function started<T>(elements: AsyncGenerator<T>): Promise<AsyncGenerator<T> | undefined> {
  const first = await elements.next();
  return first.done ? undefined : resumed(first.value, elements);
}

async function* resumed<T>(first: T, rest: AsyncGenerator<T>): AsyncGenerator<T> {
  yield first;
  yield* rest;
}

/** Names and values, each name once; closes the rows at the end. */
export function* distinctPairs(rows: SortedRows): Generator<[name: Buffer, value: Buffer]> {
  try {
    while (rows.next()) {
      const { bytes, keyStart, keyEnd, payloadStart, payloadEnd } = rows;
      if (rows.isRepeated()) continue;
      yield [Buffer.from(bytes.subarray(keyStart, keyEnd)), Buffer.from(bytes.subarray(payloadStart, payloadEnd))];
    }
  } finally {
    rows.close();
  }
}
