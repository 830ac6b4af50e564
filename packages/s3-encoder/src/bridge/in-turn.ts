/** How items become results. */
export interface Turns<Item, Result> {
  /** Items that are begun before their turn, beside the one whose turn it is. */
  readonly ahead: number;
  /** Whether an item may be begun before its turn. */
  readonly isSmall: (item: Item) => boolean;
  /** For small items. */
  readonly begin: (item: Item) => Promise<Result | undefined>;
  /** For all others, once it is their turn. */
  readonly take: (item: Item) => Promise<Result | undefined>;
}

/** Results in the order of their items, some of which are begun before it is their turn. No result is passed over. */
export async function* inTurn<Item, Result>(
  items: AsyncIterable<Item>,
  { ahead, isSmall, begin, take }: Turns<Item, Result>,
): AsyncGenerator<Result, void, undefined> {
  const waiting: Array<() => Promise<Result | undefined>> = [];
  for await (const item of items) {
    waiting.push(isSmall(item) ? begun(begin(item)) : () => take(item));
    if (waiting.length <= ahead) continue;
    const result = await waiting.shift()!();
    if (result !== undefined) yield result;
  }
  for (const next of waiting) {
    const result = await next();
    if (result !== undefined) yield result;
  }
}

/** A failure is thrown in its turn; when an earlier one ends the work, it is nobody's. */
function begun<T>(promise: Promise<T>): () => Promise<T> {
  promise.catch(() => {});
  return () => promise;
}
