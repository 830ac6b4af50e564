/** The same things, as they would come from elsewhere. */
export async function* later<T>(things: Iterable<T>): AsyncGenerator<T> {
  for (const thing of things) yield thing;
}

/** All that comes. */
export async function allOf<T>(things: AsyncIterable<T>): Promise<T[]> {
  const all = [];
  for await (const thing of things) all.push(thing);
  return all;
}
