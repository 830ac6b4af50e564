import { UsageError, type Warn } from '@ekv/snapshot';
import { filtersText } from './filters.ts';
import type { KnownScopes } from './known-scopes.ts';
import { literalAddress } from './literal-pattern.ts';
import type { Selection, SelectionOptions, Unmatched } from './selection.ts';

/** What a selection was applied to. */
interface AppliedTo {
  readonly hasUnits: boolean;
  readonly known: KnownScopes;
  /** Name for people. */
  readonly place: string;
  /** What was asked for by its address: that is said then, and not by which patterns. */
  readonly addresses?: readonly string[] | undefined;
}

/**
 * Throws UsageError when nothing was taken: whoever mistypes a name must not get an empty dump. Warns of what nothing has matched beside
 * what was taken. To be called after the last row.
 */
export function tellOfUnmatched(selection: Selection, applied: AppliedTo, warn: Warn): void {
  const { hasUnits, known, place, addresses = [] } = applied;
  const isNamed = addresses.length > 0;
  if (!hasUnits) {
    const likely = known.like(namesIn(selection.options));
    if (!isNamed) throw new UsageError(`nothing in ${place} is taken by ${wordsOf(selection.options)}; ${likely}`);
    const hint = addresses.some(isLikePattern) ? '; for patterns there is --match' : '';
    throw new UsageError(`${place} has nothing at ${addresses.join(', ')}; ${likely}${hint}`);
  }
  const unmatched = selection.unmatched();
  const flags = isNamed ? unmatched.match.map(literalAddress).join(', ') : wordsOf(unmatched);
  if (flags === '') return;
  warn({
    event: 'selection_unmatched',
    message: `nothing in ${place} ${isNamed ? 'is at' : 'matches'} ${flags}; ${known.like(namesIn(unmatched))}`,
    fields: { count: unmatched.match.length + unmatched.scopes.length + unmatched.exclude.length },
    doubt: true,
  });
}

function isLikePattern(address: string): boolean {
  return /[*?[]/.test(address);
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
