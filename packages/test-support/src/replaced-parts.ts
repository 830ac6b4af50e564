/** Names of fields and positions in arrays, from a value down to one of its parts. */
export type PartPath = ReadonlyArray<string | number>;

/** The paths of all parts of a value, of the whole too. Objects of classes are not looked into. */
export function partsOf(value: unknown, path: PartPath = []): PartPath[] {
  if (!isWalked(value)) return [path];
  return [
    path,
    ...Object.keys(value).flatMap((name) => partsOf((value as Fields)[name], [...path, keyOf(value, name)])),
  ];
}

/** The value with another part: a copy as far down as it differs. */
export function withPart(value: unknown, path: PartPath, part: unknown): unknown {
  const [name, ...below] = path;
  if (name === undefined) return part;
  const copy = Array.isArray(value) ? [...value] : { ...(value as Fields) };
  (copy as Fields)[name] = withPart((value as Fields)[name], below, part);
  return copy;
}

/** What is walked over to its end, as a caller would do it; so many things at most. */
export async function walkedOver(given: unknown, most = 100): Promise<void> {
  const result: unknown = await given;
  if (typeof result !== 'object' || result === null) return;
  let left = most;
  if (Symbol.asyncIterator in result || Symbol.iterator in result) {
    for await (const _ of result as AsyncIterable<unknown>) if (--left === 0) return;
  }
}

type Fields = Record<string, unknown>;

function isWalked(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  return Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype;
}

function keyOf(value: object, name: string): string | number {
  return Array.isArray(value) ? Number(name) : name;
}
