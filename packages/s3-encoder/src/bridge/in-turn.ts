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
  /** Lets go of the result of an item that was begun and never had its turn. */
  readonly drop: (result: Result) => void;
}

/** An item that waits for its turn. */
interface Waiting<Result> {
  readonly result: () => Promise<Result | undefined>;
  readonly drop: () => void;
}

/** Results in the order of their items, some of which are begun before it is their turn. No result is passed over. */
export async function* inTurn<Item, Result>(
  items: AsyncIterable<Item>,
  { ahead, isSmall, begin, take, drop }: Turns<Item, Result>,
): AsyncGenerator<Result, void, undefined> {
  const waiting: Waiting<Result>[] = [];
  try {
    for await (const item of items) {
      waiting.push(isSmall(item) ? begun(begin(item), drop) : { result: () => take(item), drop: () => {} });
      if (waiting.length <= ahead) continue;
      const result = await waiting.shift()!.result();
      if (result !== undefined) yield result;
    }
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const result = await next.result();
      if (result !== undefined) yield result;
    }
  } finally {
    for (const left of waiting) left.drop();
  }
}

/** A failure is thrown in its turn; when an earlier one ends the work, it is nobody's. */
function begun<Result>(promise: Promise<Result | undefined>, drop: (result: Result) => void): Waiting<Result> {
  promise.catch(() => {});
  return {
    result: () => promise,
    drop: () =>
      void promise.then(
        (result) => result !== undefined && drop(result),
        () => {},
      ),
  };
}
