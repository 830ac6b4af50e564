import { fewOf, printable, type Warn } from '@ekv/snapshot';

const NAMES_IN_WARNING = 5;
/** The member `ekv` as a whole, or a field of it. */
const OF_EXTENSION = /^ekv[ .]/;

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
