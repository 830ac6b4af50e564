import { UsageError, type Warn } from '@ekv/snapshot';
import { filtersText } from './filters.ts';
import type { KnownScopes } from './known-scopes.ts';
import { literalAddress } from './literal-pattern.ts';
import type { Selection, SelectionOptions, Unmatched } from './selection.ts';

/** What a selection was applied to. */
interface AppliedTo {
  readonly hasUnits: boolean;
  /** Absent: not all of it was looked at. */
  readonly known?: KnownScopes | undefined;
  /** Name for people. */
  readonly place: string;
  /** What was asked for by its address: that is said then, and not by which patterns. */
  readonly addresses?: readonly string[] | undefined;
}

/**
 * Throws UsageError when nothing was taken: whoever mistypes a name must not get an empty dump. Warns of each pattern and scope that has had no
 * part in what was taken. To be called after the last row.
 */
export function tellOfUnmatched(selection: Selection, applied: AppliedTo, warn: Warn): void {
  const { hasUnits, known, place, addresses = [] } = applied;
  if (!hasUnits) throw nothingTaken(selection, applied);
  const isNamed = addresses.length > 0;
  const unmatched = selection.unmatched();
  const flags = isNamed ? unmatched.match.map(literalAddress).join(', ') : wordsOf(unmatched);
  if (flags === '') return;
  const rest = isNamed || flags === wordsOf(selection.options) ? '' : ' and the rest of the selection';
  warn({
    event: 'selection_unmatched',
    message: `nothing in ${place} ${isNamed ? 'is at' : 'matches'} ${flags}${rest}; ${hintOf(unmatched, known)}`,
    fields: { count: unmatched.match.length + unmatched.scopes.length + unmatched.exclude.length },
    doubt: true,
  });
}

/** What is said where a selection takes nothing. */
export function nothingTaken(
  { options }: Selection,
  { known, place, addresses = [] }: Omit<AppliedTo, 'hasUnits'>,
): UsageError {
  const likely = hintOf(options, known);
  if (addresses.length === 0) return new UsageError(`nothing in ${place} is taken by ${wordsOf(options)}; ${likely}`);
  const hint = addresses.some(isLikePattern) ? '; for patterns there is --match' : '';
  return new UsageError(`${place} has nothing at ${addresses.join(', ')}; ${likely}${hint}`);
}

function hintOf(selection: SelectionOptions | Unmatched, known: KnownScopes | undefined): string {
  return known?.like(namesIn(selection)) ?? 'inspect tells what it has';
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
