import { fewOf, printable, type Warn } from '@ekv/snapshot';
import * as z from 'zod';

const NAMES_IN_WARNING = 5;
/** The member `ekv` as a whole, or a field of it. */
const OF_EXTENSION = /^ekv[ .]/;

/** Fields of a JSON object as `JsonReader.value` gives them. */
export type JsonFields = Readonly<Record<string, unknown>>;

export function isJsonObject(value: unknown): value is JsonFields {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === null;
}

/**
 * The part of `value` that `schema` knows, without the fields that are null: null means absent (docs/format/02-dump-tree.md,
 * section 2.2). Full names of the other fields are added to `unknown`; what is below them is not looked at.
 */
export function knownFields(value: unknown, schema: z.ZodObject, unknown: string[], prefix = ''): unknown {
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
function objectBelow(schema: unknown): z.ZodObject | undefined {
  if (schema instanceof z.ZodObject) return schema;
  const isWrapper =
    schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault;
  return isWrapper ? objectBelow(schema.unwrap()) : undefined;
}

/** One warning for all fields of a file that mean nothing. */
export function warnOfUnknown(unknown: readonly string[], path: string, event: string, warn: Warn | undefined): void {
  if (unknown.length === 0 || warn === undefined) return;
  const first = unknown.slice(0, NAMES_IN_WARNING).map((name) => printable(Buffer.from(name)));
  warn({
    event,
    message: `${path}: fields that mean nothing to this version were ignored: ${fewOf(first, unknown.length)}`,
    fields: { path, names: first.join(', '), count: unknown.length },
    // A newer ekv may have marked there that the data is not complete.
    ...(unknown.some((name) => OF_EXTENSION.test(name)) && { doubt: true }),
  });
}
