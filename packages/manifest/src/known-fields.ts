import * as z from 'zod/mini';
import { isJsonObject } from './json-object.ts';

/**
 * The part of `value` that `schema` knows, without the fields that are null: null means absent (docs/format/02-dump-tree.md,
 * section 2.2). Full names of the other fields are added to `unknown`; what is below them is not looked at.
 */
export function knownFields(value: unknown, schema: z.ZodMiniObject, unknown: string[], prefix = ''): unknown {
  // A zod object takes any instance for one, also a number's; null it refuses.
  if (!isJsonObject(value)) return null;
  const known: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(value)) {
    if (!Object.hasOwn(schema.shape, name)) {
      unknown.push(prefix + name);
      continue;
    }
    if (field === null) continue;
    const below = objectBelow(schema.shape[name]);
    known[name] = below === undefined ? field : knownFields(field, below, unknown, `${prefix}${name}.`);
  }
  return known;
}

/** The object that an optional field holds. */
function objectBelow(schema: unknown): z.ZodMiniObject | undefined {
  if (schema instanceof z.ZodMiniObject) return schema;
  const isWrapper =
    schema instanceof z.ZodMiniOptional || schema instanceof z.ZodMiniDefault || schema instanceof z.ZodMiniPrefault;
  return isWrapper ? objectBelow(schema.def.innerType) : undefined;
}
