import * as z from 'zod/mini';
import { isJsonObject } from './json-object.ts';

// The `error` of every schema says what the field must be; a message adds path, field and what was found.
// docs/format/02-dump-tree.md, section 2.2: integers are plain digits and never pass through a float.

const U64_MAX = 18_446_744_073_709_551_615n;
const U32_MAX = 4_294_967_295n;

export const u64 = integer(U64_MAX);
export const u32 = z.pipe(integer(U32_MAX), z.transform(Number));
export const text = z.string({ error: 'a string' });
export const flag = z.boolean({ error: 'true or false' });

export function list<Element extends z.ZodMiniType>(element: Element, what: string) {
  return z.array(element, { error: `an array of ${what}` });
}

/** An object of which the names say nothing by themselves: any name, also `__proto__`, in the order of the file. */
export function mapOf<Value extends z.ZodMiniType>(value: Value, what: string) {
  const error = `an object of ${what}`;
  return z.pipe(
    z.transform((found) => (isJsonObject(found) ? new Map(Object.entries(found)) : found)),
    z.map(text, value, { error }),
  );
}

/** A field with one implemented value; other text is the value of another tool. */
export function onlyText<Value extends string>(value: Value) {
  const error = `"${value}", the only value implemented`;
  return z.pipe(z.string({ error }), z.literal(value, { error }));
}

export function onlyNumber<Value extends number>(value: Value) {
  return z.pipe(u32, z.literal(value, { error: `${value}, the only value implemented` }));
}

function integer(max: bigint) {
  const error = `an integer from 0 to ${max} in plain digits`;
  return z.bigint({ error }).check(z.gte(0n, { error }), z.lte(max, { error }));
}
