import * as z from 'zod';
import { onlyNumber, text, u64 } from './field-types.ts';

export const EXTENSION_VERSION = 1;
/** Name of the member. */
export const EXTENSION_FIELD = 'ekv';

/**
 * What ekv adds to the formats of elastickv, in the manifest of a tree and in the sidecar of a snapshot alike;
 * docs/format/02-dump-tree.md, section 3.7. With another version it counts as absent.
 */
export const extensionSchema = z.object(
  {
    version: onlyNumber(EXTENSION_VERSION),
    /** It goes back to a damaged snapshot that was salvaged, and is not complete: what is lost, by kind. */
    partial: z.record(text, u64, { error: 'an object of counts' }).optional(),
  },
  { error: 'an object' },
);

type Extension = z.infer<typeof extensionSchema>;

/** What is lost, by kind of damage. */
export type LostCounts = NonNullable<Extension['partial']>;

/** The member for what is not complete; nothing for what is. */
export function extensionOf(partial: Readonly<LostCounts> | undefined): { ekv?: Extension } {
  return partial === undefined ? {} : { ekv: { version: EXTENSION_VERSION, partial: { ...partial } } };
}
