import { entriesOf } from '../amounts.ts';
import type { Amounts, InspectReport, TimeDistribution, TreeNode, UnitReport } from '../report.ts';
import type { CsvTable } from './csv-tables.ts';

type Cell = string | number | undefined;

/**
 * One table of the report as lines of comma-separated values, the names of the columns first. Texts stand in quotes, numbers do not. A text that a spreadsheet would take for
 * a formula begins with an apostrophe.
 */
export function* csvLines(report: InspectReport, table: CsvTable): Generator<string> {
  for (const row of ROWS[table](report)) yield row.map(cellText).join(',');
}

const ROWS: Readonly<Record<CsvTable, (report: InspectReport) => Iterable<readonly Cell[]>>> = {
  prefixes: prefixRows,
  scopes: scopeRows,
  families: familyRows,
  largest: ({ largest }) => unitRows(largest.bySize),
  elements: ({ largest }) => unitRows(largest.byElements),
  sizes: sizeRows,
  commits: ({ commits }) => timeRows(commits),
  expiries: ({ expiries }) => timeRows(expiries),
  history: historyRows,
  'left-out': leftOutRows,
};

/** What makes a formula of a cell in one spreadsheet or another, after blanks too. */
const IS_FORMULA = /^[\s']*[=+\-@\t\r|%\uFF1D\uFF0B\uFF0D\uFF20]/u;

function cellText(cell: Cell): string {
  if (cell === undefined) return '';
  if (typeof cell === 'number') return String(cell);
  const inert = IS_FORMULA.test(cell) ? `'${cell}` : cell;
  return `"${inert.replaceAll('"', '""')}"`;
}

const AMOUNT_NAMES = [
  'units',
  'entries',
  'rows',
  'live_bytes',
  'old_versions',
  'old_bytes',
  'tombstones',
  'tombstone_bytes',
  'expired',
  'expired_bytes',
  'encrypted',
  'encrypted_bytes',
  'damaged',
  'damaged_bytes',
];

function amountCells(amounts: Amounts): number[] {
  return [
    amounts.units,
    entriesOf(amounts),
    amounts.rows,
    amounts.liveBytes,
    amounts.oldVersions,
    amounts.oldBytes,
    amounts.tombstones,
    amounts.tombstoneBytes,
    amounts.expired,
    amounts.expiredBytes,
    amounts.encrypted,
    amounts.encryptedBytes,
    amounts.damaged,
    amounts.damagedBytes,
  ];
}

function* prefixRows({ tree }: InspectReport): Generator<readonly Cell[]> {
  yield ['kind', 'adapter', 'scope', 'prefix', 'nodes', ...AMOUNT_NAMES];
  yield* nodeRows(tree, []);
}

/** @param path names of the nodes above: adapter, scope, prefixes. */
function* nodeRows(node: TreeNode, path: readonly string[]): Generator<readonly Cell[]> {
  const names = node.kind === 'root' || node.kind === 'other' ? path : [...path, node.name];
  const [adapter, scope, ...prefixes] = names;
  const prefix = scope === undefined ? undefined : prefixes.join('');
  yield [node.kind, adapter, scope, prefix, node.nodes, ...amountCells(node.amounts)];
  for (const child of node.children ?? []) yield* nodeRows(child, names);
}

function* scopeRows({ adapters }: InspectReport): Generator<readonly Cell[]> {
  yield ['adapter', 'kind', 'scope', 'separator', ...AMOUNT_NAMES];
  for (const { adapter, scopeKind, scopes, otherScopes } of adapters) {
    for (const { name, separator, amounts } of scopes)
      yield [adapter, scopeKind, name, separator, ...amountCells(amounts)];
    if (otherScopes !== undefined) yield [adapter, 'other', undefined, undefined, ...amountCells(otherScopes.amounts)];
  }
}

function* familyRows({ families }: InspectReport): Generator<readonly Cell[]> {
  yield ['family', 'class', 'adapter', ...AMOUNT_NAMES];
  for (const { prefix, class: one, adapter, amounts } of families)
    yield [prefix, one, adapter, ...amountCells(amounts)];
}

function* unitRows(units: readonly UnitReport[]): Generator<readonly Cell[]> {
  yield ['address', 'adapter', 'scope', 'bytes', 'rows', 'elements', 'old_versions', 'old_bytes', 'written_at'];
  for (const { address, adapter, scope, bytes, rows, elements, oldVersions, oldBytes, writtenAtMs } of units)
    yield [
      address,
      adapter,
      scope,
      bytes,
      rows,
      elements,
      oldVersions,
      oldBytes,
      writtenAtMs === 0 ? undefined : isoText(writtenAtMs),
    ];
}

function* sizeRows({ sizes }: InspectReport): Generator<readonly Cell[]> {
  yield ['from_bytes', 'below_bytes', 'rows', 'bytes'];
  for (const { from, below, rows, bytes } of sizes.buckets) yield [from, below, rows, bytes];
}

function* timeRows({ widthMs, buckets, without }: TimeDistribution): Generator<readonly Cell[]> {
  yield ['from', 'below', 'count', 'bytes'];
  for (const { fromMs, count, bytes } of buckets) yield [isoText(fromMs), isoText(fromMs + widthMs), count, bytes];
  if (without.count > 0) yield [undefined, undefined, without.count, without.bytes];
}

function* historyRows({ history }: InspectReport): Generator<readonly Cell[]> {
  yield ['committed_at', 'commit_ts', 'rows_written', 'bytes_written', 'rows_deleted', 'rows_live'];
  for (const { atMs, commitTs, written, writtenBytes, deleted, live } of history?.commits ?? [])
    yield [isoText(atMs), commitTs, written, writtenBytes, deleted, live];
}

function* leftOutRows({ leftOut }: InspectReport): Generator<readonly Cell[]> {
  yield ['weight', 'event', 'message', 'fields'];
  if (leftOut.refused !== undefined) yield ['refused', undefined, leftOut.refused, undefined];
  for (const { weight, event, message, fields } of leftOut.warnings)
    yield [weight, event, message, JSON.stringify(fields)];
}

const LATEST_MS = 8_640_000_000_000_000;

/** The last stretch may end after all that a calendar has. */
function isoText(ms: number): string {
  return new Date(Math.min(ms, LATEST_MS)).toISOString();
}
