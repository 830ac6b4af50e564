/** JSON.rawJSON is in Node 22 and later, not yet in the type library. */
const { rawJSON } = JSON as unknown as { rawJSON(text: string): unknown };

/** JSON on one line in which 64-bit integers stay exact and maps are objects. */
export function exactJson(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => {
    if (typeof part === 'bigint') return rawJSON(String(part));
    return part instanceof Map ? Object.fromEntries(part) : part;
  });
}
