import { isValidUtf8 } from '@ekv/dump-tree';
import type { Change, Difference } from '../changes/change.ts';
import type { ScopeSummary, Summary } from '../changes/summary.ts';
import type { Value } from '../facts/value.ts';

/** Letters that JSON lets stand in a string and a terminal acts on, or does not show. */
const HIDDEN = /[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu;

/** How much of a change is given. */
export interface DifferencesShown {
  /** Differences of one unit; of the others the number is said. Default: all. */
  readonly mostDifferences?: number | undefined;
}

/**
 * A change as one line of JSON, in pieces: a unit may have any number of differences. A value is a text, `{"base64"}` of bytes that are none,
 * `{"bytes","sha256"}` of a large one, and a number or what JSON its adapter has. A member that is missing stands for nothing.
 */
export function* jsonOfChange(
  change: Change,
  { mostDifferences = Number.POSITIVE_INFINITY }: DifferencesShown = {},
): Generator<string, void, undefined> {
  const { address, adapter, scope, isScope, type } = change;
  const head = {
    change: change.change,
    address,
    adapter,
    ...(scope && { scope: jsonOfBytes(scope) }),
    ...(isScope && { is_scope: true }),
    ...(type !== undefined && { type }),
  };
  yield `${lineOf(head).slice(0, -1)},"differences":[`;
  let count = 0;
  for (const difference of change.differences) {
    if (++count > mostDifferences) continue;
    yield `${count === 1 ? '' : ','}${visible(jsonOfDifference(difference))}`;
  }
  yield count > mostDifferences ? `],"differences_left_out":${count - mostDifferences}}\n` : ']}\n';
}

/** What changed in each scope, a line for each. */
export function* jsonOfSummary(summary: Summary): Generator<string, void, undefined> {
  for (const row of summary.rows()) yield `${lineOf(scopeOf(row))}\n`;
}

function scopeOf({ address, adapter, scope, type, counts, itself }: ScopeSummary): object {
  return {
    summary_of: address,
    adapter,
    ...(scope && { scope: jsonOfBytes(scope) }),
    ...(type !== undefined && { type }),
    ...counts,
    ...(itself && { itself }),
  };
}

function jsonOfDifference({ part, name, place, from, to }: Difference): string {
  const members = [`"part":${JSON.stringify(part)}`];
  if (name !== undefined) members.push(`"name":${JSON.stringify(jsonOfBytes(name))}`);
  if (place !== undefined) members.push(`"place":${place}`);
  if (from !== undefined) members.push(`"from":${jsonOfValue(from)}`);
  if (to !== undefined) members.push(`"to":${jsonOfValue(to)}`);
  return `{${members.join(',')}}`;
}

function jsonOfValue(value: Value): string {
  if (value.kind === 'json') return value.json;
  if (value.kind === 'bytes') return JSON.stringify(jsonOfBytes(value.bytes));
  return JSON.stringify({ bytes: value.size, sha256: value.sha256 });
}

function jsonOfBytes(bytes: Buffer): string | { readonly base64: string } {
  return isValidUtf8(bytes, 0, bytes.length) ? bytes.toString() : { base64: bytes.toString('base64') };
}

function lineOf(value: object): string {
  return visible(JSON.stringify(value));
}

function visible(json: string): string {
  return json.replace(HIDDEN, (letter) =>
    Array.from({ length: letter.length }, (_, i) => `\\u${letter.charCodeAt(i).toString(16).padStart(4, '0')}`).join(
      '',
    ),
  );
}
