import type * as z from 'zod/mini';
import { type EncodeInfo, encodeInfoSchema } from './encode-info-schema.ts';
import { u32 } from './field-types.ts';
import type { JsonFields } from './json-object.ts';
import { knownFields } from './known-fields.ts';
import { type Manifest, manifestSchema } from './manifest-schema.ts';

// All that needs the schemas is asked for by these functions, and this module exports nothing else: the programs load it, and zod, when
// one of them is called (scripts/bundle.ts).

/** What the schema of a document says of its fields. */
export interface Checked<Fields> {
  /** What it was given: the fields that it knows. */
  readonly known: unknown;
  /** Full names of the others. */
  readonly unknown: readonly string[];
  readonly result: z.core.util.SafeParseResult<Fields>;
}

export function checkManifest(tree: JsonFields): Checked<Manifest> {
  return check(tree, manifestSchema);
}

export function checkEncodeInfo(tree: JsonFields): Checked<EncodeInfo> {
  return check(tree, encodeInfoSchema);
}

/** A format version; `undefined` for what cannot be one. */
export function versionNumber(value: unknown): number | undefined {
  return u32.safeParse(value).data;
}

function check<Schema extends z.ZodMiniObject>(tree: JsonFields, schema: Schema): Checked<z.infer<Schema>> {
  const unknown: string[] = [];
  const known = knownFields(tree, schema, unknown);
  // For the one document of a run it is faster to look at the schema than to make a function of it.
  return { known, unknown, result: schema.safeParse(known, { jitless: true }) };
}
