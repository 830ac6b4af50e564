import { UsageError, type Warn } from '@ekv/snapshot';
import { filtersText } from './filters.ts';
import type { KnownScopes } from './known-scopes.ts';
import type { Selection, SelectionOptions, Unmatched } from './selection.ts';

/** What a selection was applied to. */
interface AppliedTo {
  readonly hasUnits: boolean;
  readonly known: KnownScopes;
  /** Name for people. */
  readonly place: string;
}

/**
 * Throws UsageError when nothing was taken: whoever mistypes a name must not get an empty dump. Warns of what nothing has matched beside
 * what was taken. To be called after the last row.
 */
export function tellOfUnmatched(selection: Selection, { hasUnits, known, place }: AppliedTo, warn: Warn): void {
  const words = namesIn(selection.options);
  if (!hasUnits)
    throw new UsageError(`nothing in ${place} is taken by ${wordsOf(selection.options)}; ${known.like(words)}`);
  const unmatched = selection.unmatched();
  const flags = wordsOf(unmatched);
  if (flags === '') return;
  warn({
    event: 'selection_unmatched',
    message: `nothing in ${place} matches ${flags}; ${known.like(namesIn(unmatched))}`,
    fields: { count: unmatched.match.length + unmatched.scopes.length + unmatched.exclude.length },
    doubt: true,
  });
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
