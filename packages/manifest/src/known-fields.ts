import { fewOf, printable, type Warn } from '@ekv/snapshot';
import { isJsonObject } from './json-object.ts';
import type { Fields } from './shape.ts';

const NAMES_IN_WARNING = 5;
/** The member `ekv` as a whole, or a field of it. */
const OF_EXTENSION = /^ekv[ .]/;

/**
 * The part of `value` that `shape` knows, without the fields that are null: null means absent (docs/format/02-dump-tree.md,
 * section 2.2). Full names of the other fields are added to `unknown`; what is below them is not looked at.
 */
export function knownFields(value: unknown, shape: Fields, unknown: string[], prefix = ''): unknown {
  if (!isJsonObject(value)) return null;
  const known: Record<string, unknown> = Object.create(null);
  for (const [name, field] of Object.entries(value)) {
    if (!Object.hasOwn(shape, name)) {
      unknown.push(prefix + name);
      continue;
    }
    if (field === null) continue;
    const below = shape[name]!.fields;
    known[name] = below === undefined ? field : knownFields(field, below, unknown, `${prefix}${name}.`);
  }
  return known;
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
