import { UsageError, type Warn } from '@ekv/snapshot';
import { filtersText } from './filters.ts';
import type { KnownScopes } from './known-scopes.ts';
import type { Selection, SelectionOptions, Unmatched } from './selection.ts';

/** What a selection was applied to. */
interface AppliedTo {
  readonly hasUnits: boolean;
  /** Absent: not all of it was looked at. */
  readonly known?: KnownScopes | undefined;
  /** Name for people. */
  readonly place: string;
}

/**
 * Throws UsageError when nothing was taken: whoever mistypes a name must not get an empty dump. Warns of each pattern and scope that has had no
 * part in what was taken. To be called after the last row.
 */
export function tellOfUnmatched(selection: Selection, { hasUnits, known, place }: AppliedTo, warn: Warn): void {
  if (!hasUnits) throw nothingTaken(selection, { known, place });
  const unmatched = selection.unmatched();
  const flags = wordsOf(unmatched);
  if (flags === '') return;
  const rest = flags === wordsOf(selection.options) ? '' : ' and the rest of the selection';
  warn({
    event: 'selection_unmatched',
    message: `nothing in ${place} matches ${flags}${rest}; ${hintOf(unmatched, known)}`,
    fields: { count: unmatched.match.length + unmatched.scopes.length + unmatched.exclude.length },
    doubt: true,
  });
}

/** What is said where a selection takes nothing. */
export function nothingTaken({ options }: Selection, { known, place }: Omit<AppliedTo, 'hasUnits'>): UsageError {
  return new UsageError(`nothing in ${place} is taken by ${wordsOf(options)}; ${hintOf(options, known)}`);
}

function hintOf(selection: SelectionOptions | Unmatched, known: KnownScopes | undefined): string {
  return known?.like(namesIn(selection)) ?? 'inspect tells what it has';
}

function wordsOf({ match = [], scopes = [], exclude = [] }: SelectionOptions | Unmatched): string {
  return filtersText([{ match: [...match], scopes: [...scopes], exclude: [...exclude] }]);
}

/** As far as they name a scope. */
function namesIn({ match = [], scopes = [] }: SelectionOptions | Unmatched): string[] {
  const scopeOf = (pattern: string) => pattern.split('/').slice(0, 2).join('/');
  const isScoped = (name: string) => !name.startsWith('redis/');
  return [...match.map(scopeOf).filter(isScoped), ...scopes.map((scope) => scope.replace('=', '/'))];
}
