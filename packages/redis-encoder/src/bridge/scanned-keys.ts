import { ArgumentError, ExternalSorter, type ScratchFolder, SIDE_SORT_BYTES, type SortedRows } from '@ekv/snapshot';
import { bytesIn, type Command, listIn, type Redis, textIn } from './commands.ts';

const NOTHING = Buffer.alloc(0);

/** What SCAN and its like give, page by page. @param command without the cursor, at whose place `undefined` stands. */
export async function* scanPages(
  redis: Redis,
  command: (cursor: string) => Command,
): AsyncGenerator<readonly unknown[], void, undefined> {
  let cursor = '0';
  do {
    const [next, page] = listIn(await redis.send(command(cursor)));
    yield listIn(page);
    cursor = textIn(next);
  } while (cursor !== '0');
}

/**
 * All keys that SCAN gives, each once, though SCAN may give one again: they are sorted, on disk when they are many. Whoever gets them
 * closes them.
 */
export async function scannedKeys(
  redis: Redis,
  { match, count }: { readonly match: Buffer | undefined; readonly count: number },
  scratch: ScratchFolder,
): Promise<SortedRows> {
  const sorter = new ExternalSorter({ scratch, arenaBytes: SIDE_SORT_BYTES });
  try {
    const pattern = match === undefined ? [] : ['MATCH', match];
    for await (const page of scanPages(redis, (cursor) => ['SCAN', cursor, ...pattern, 'COUNT', String(count)]))
      for (const key of page) sorter.add(nameOf(key), NOTHING);
    return sorter.sorted();
  } catch (error) {
    sorter.close();
    throw error;
  }
}

/** Throws ArgumentError for text: bytes that are no UTF-8 were changed, in keys as in values. */
function nameOf(key: unknown): Buffer {
  if (typeof key !== 'string') return bytesIn(key);
  throw new ArgumentError(
    'the client gives text where bytes were asked for, so keys and values may have changed; use node-redis 5, ioredis 5, or a later one',
  );
}

/** The next keys, each once. @param most how many. */
export function nextKeys(keys: SortedRows, most: number): Buffer[] {
  const found: Buffer[] = [];
  while (found.length < most && keys.next()) {
    if (!keys.isRepeated()) found.push(Buffer.from(keys.bytes.subarray(keys.keyStart, keys.keyEnd)));
  }
  return found;
}
