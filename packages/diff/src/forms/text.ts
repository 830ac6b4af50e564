import { shownAddress } from '@ekv/core';
import type { Change, ChangeKind, Difference } from '../changes/change.ts';
import type { ScopeSummary, Summary } from '../changes/summary.ts';
import type { DifferencesShown } from './json-lines.ts';
import { quoted, shownValue } from './shown-value.ts';

/** How a text is made to stand out. */
export type Paint = (what: ChangeKind | 'heading', text: string) => string;

/** As it is: for what is no terminal. */
export const PLAIN: Paint = (_, text) => text;

/** Colours of a terminal. */
export const COLOURED: Paint = (what, text) => `\u001b[${CODES[what]}m${text}\u001b[0m`;

const CODES = { added: 32, removed: 31, changed: 33, heading: 1 } as const;

const SIGNS: Readonly<Record<ChangeKind, string>> = { added: '+', removed: '-', changed: '~' };

export interface TextOptions extends DifferencesShown {
  readonly paint?: Paint | undefined;
}

/** Of a unit that changed. */
const MOST_DIFFERENCES = 20;

/** The lines of a change: what it is, and what differs in it. Each ends with a newline. */
export function* textOfChange(change: Change, options: TextOptions = {}): Generator<string, void, undefined> {
  const { paint = PLAIN, mostDifferences = MOST_DIFFERENCES } = options;
  const type = change.type ?? (change.isScope ? SCOPES[change.adapter] : undefined);
  const address = shownAddress(change.address);
  const name = type === undefined ? address : `${address} (${type})`;
  yield `${paint(change.change, `${SIGNS[change.change]} ${name}`)}\n`;
  // Of what came or went the rest follows from that.
  if (change.change !== 'changed') return;
  let count = 0;
  for (const difference of change.differences)
    if (++count <= mostDifferences) yield `    ${textOfDifference(difference, paint)}\n`;
  if (count > mostDifferences) yield `    ... and ${count - mostDifferences} more differences\n`;
}

const SCOPES = { redis: undefined, dynamodb: 'table', s3: 'bucket', sqs: 'queue' } as const;

function textOfDifference({ part, name, place, from, to }: Difference, paint: Paint): string {
  const which = name === undefined ? (place ?? '') : quoted(name);
  const what = `${part} ${which}`.trimEnd();
  if (from !== undefined && to !== undefined) return `${what}: ${shownValue(from)} -> ${shownValue(to)}`;
  const kind = from === undefined ? 'added' : 'removed';
  const value = (from ?? to)!;
  const isThere = value.kind === 'json' && value.json === 'true' && part === 'member';
  return paint(kind, `${SIGNS[kind]} ${what}${isThere ? '' : `: ${shownValue(value)}`}`);
}

/** A table of what changed in each scope, and in all. Each line ends with a newline. */
export function* textOfSummary(
  summary: Summary,
  { paint = PLAIN }: TextOptions = {},
): Generator<string, void, undefined> {
  if (summary.isSame) return;
  const head = ['', 'added', 'removed', 'changed', ''];
  const rows = summary.rows().map((row) => [nameOf(row), ...numbersOf(row.counts), itselfOf(row)]);
  const total = ['all', ...numbersOf(summary.units), ''];
  const widths = head.map((_, i) => Math.max(...[head, ...rows, total].map((row) => row[i]!.length)));
  for (const row of [head, ...rows, total]) {
    const cells = row.map((cell, i) => (i === 0 || i === 4 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)));
    const line = cells.join('  ').trimEnd();
    yield `${row === head || row === total ? paint('heading', line) : line}\n`;
  }
}

function nameOf({ address, type }: ScopeSummary): string {
  return type === undefined ? shownAddress(address) : `${shownAddress(address)} (${type})`;
}

function numbersOf(counts: Readonly<Record<ChangeKind, number>>): string[] {
  return [counts.added, counts.removed, counts.changed].map(String);
}

function itselfOf({ adapter, itself }: ScopeSummary): string {
  if (itself === undefined) return '';
  return `${SCOPES[adapter]} ${itself === 'changed' ? 'settings changed' : itself}`;
}
