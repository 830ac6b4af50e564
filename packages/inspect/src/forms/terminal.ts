import { bytesOf, entriesOf, fileBytesOf, restOf } from '../amounts.ts';
import type {
  Amounts,
  InspectReport,
  ReportInput,
  SizeDistribution,
  TimeDistribution,
  TreeNode,
  UnitHistory,
  UnitReport,
} from '../report.ts';
import { evenStretches } from './even-stretches.ts';
import { NO_ADAPTER } from './no-adapter.ts';
import { bytesText, countText, shareText, timeText } from './quantities.ts';
import { type Column, type Drawing, heading, tableLines } from './table.ts';

export type { Drawing } from './table.ts';

/** Lines of a table that is a part of the report; all of it is in the other forms. */
const MOST_LINES = 20;
const MOST_UNITS = 10;
const LEAST_NAME = 16;
/** A prefix below this part of all is not told by itself. */
const LEAST_SHARE = 0.01;
const MOST_STRETCHES = 24;

/** The report as lines for people, no wider than the terminal as far as that goes. */
export function terminalLines(report: InspectReport, drawing: Drawing): string[] {
  const sections: Array<readonly [title: string, lines: readonly string[]]> = [
    ['', report.inputs.map(inputLine)],
    ['By adapter', adapterLines(report, drawing)],
    ['By prefix', prefixLines(report, drawing)],
    ['Largest', unitLines(report.largest.bySize, drawing)],
    ['Most elements', unitLines(report.largest.byElements, drawing)],
    ['Sizes of rows', sizeLines(report.sizes, drawing)],
    ['Rows by time of their commit', timeLines(report.commits, drawing)],
    ['Redis keys by expiry', timeLines(report.expiries, drawing)],
    ['Key families', familyLines(report, drawing)],
    ['Transactions', transactionLines(report)],
    ['History', report.history === undefined ? [] : historyLines(report.history, drawing)],
    ['What a decode would leave out', leftOutLines(report)],
  ];
  return sections
    .filter(([, lines]) => lines.length > 0)
    .flatMap(([title, lines], i) => [
      ...(i > 0 ? [''] : []),
      ...(title === '' ? [] : [heading(title, drawing)]),
      ...lines,
    ]);
}

function inputLine({ path, kind, group, bytes, takenAtMs, takenAtIsApproximate, entries }: ReportInput): string {
  const of = group === undefined ? '' : ` of group ${group}`;
  const size = kind === 'snapshot' ? `, ${bytesText(bytes)}` : '';
  const about = takenAtIsApproximate ? 'about ' : '';
  const taken = takenAtMs === undefined ? '' : `, taken ${about}${timeText(takenAtMs)} UTC`;
  return `${path}: ${kind}${of}${size}, ${countText(entries)} entries${taken}`;
}

function adapterLines({ adapters, totals, tree }: InspectReport, drawing: Drawing): string[] {
  const rows = adapters.flatMap(({ adapter, amounts, scopes, otherScopes }): NamedAmounts[] => {
    const shown = scopes.slice(0, MOST_LINES);
    const hidden = scopes.length - shown.length + (otherScopes?.scopes ?? 0);
    return [
      { name: adapter, amounts },
      ...shown.map((scope) => ({ name: `  ${scope.name}`, amounts: scope.amounts })),
      ...(hidden > 0 ? [{ name: `  ${countText(hidden)} more`, amounts: undefined }] : []),
    ];
  });
  const others = restOf(totals, tree.amounts);
  if (entriesOf(others) > 0) rows.push({ name: NO_ADAPTER, amounts: others });
  return amountLines([...rows, { name: 'all', amounts: totals }], totals, drawing);
}

function prefixLines({ tree, totals }: InspectReport, drawing: Drawing): string[] {
  const least = fileBytesOf(totals) * LEAST_SHARE;
  const found: Array<{ readonly name: string; readonly amounts: Amounts }> = [];
  const look = (node: TreeNode, before: string) => {
    const name = before + node.name;
    if (node.kind === 'prefix' && fileBytesOf(node.amounts) >= least) found.push({ name, amounts: node.amounts });
    for (const child of node.children ?? [])
      look(child, node.kind === 'root' || node.kind === 'prefix' ? name : `${name}/`);
  };
  look(tree, '');
  found.sort((a, b) => fileBytesOf(b.amounts) - fileBytesOf(a.amounts));
  return amountLines(found.slice(0, MOST_LINES), totals, drawing);
}

interface NamedAmounts {
  readonly name: string;
  /** Absent: nothing but the name is told. */
  readonly amounts: Amounts | undefined;
}

function amountLines(rows: readonly NamedAmounts[], totals: Amounts, drawing: Drawing): string[] {
  if (rows.length === 0) return [];
  const whole = fileBytesOf(totals);
  const hasPast = entriesOf(totals) > totals.rows;
  const column = (title: string, goes: number, cell: (amounts: Amounts) => string): Column => ({
    title,
    cells: rows.map(({ amounts }) => (amounts === undefined ? '' : cell(amounts))),
    side: 'right',
    goes,
  });
  const columns: Column[] = [
    { title: 'name', cells: rows.map(({ name }) => name), side: 'left', goes: 0, least: LEAST_NAME },
    column('keys', 2, ({ units }) => countText(units)),
    column('rows', 4, ({ rows }) => countText(rows)),
    column('live', 1, ({ liveBytes }) => bytesText(liveBytes)),
    ...(hasPast
      ? [
          column('past', 3, (amounts) => bytesText(bytesOf(amounts) - amounts.liveBytes)),
          column('past rows', 5, (amounts) => countText(entriesOf(amounts) - amounts.rows)),
        ]
      : []),
    column('share', 0, (amounts) => shareText(fileBytesOf(amounts), whole)),
  ];
  const parts = rows.map(({ amounts }) => (amounts === undefined || whole === 0 ? 0 : fileBytesOf(amounts) / whole));
  return tableLines(columns, drawing, parts);
}

function unitLines(units: readonly UnitReport[], drawing: Drawing): string[] {
  const shown = units.slice(0, MOST_UNITS);
  if (shown.length === 0) return [];
  const column = (title: string, goes: number, cell: (unit: UnitReport) => string): Column => ({
    title,
    cells: shown.map(cell),
    side: 'right',
    goes,
  });
  const columns: Column[] = [
    { title: 'key', cells: shown.map(({ address }) => address), side: 'left', goes: 0, least: LEAST_NAME },
    column('size', 0, ({ bytes }) => bytesText(bytes)),
    column('elements', 1, ({ elements }) => (elements === 0 ? '' : countText(elements))),
    column('past', 2, ({ oldBytes }) => (oldBytes === 0 ? '' : bytesText(oldBytes))),
    column('written (UTC)', 3, ({ writtenAtMs }) => (writtenAtMs === 0 ? '' : timeText(writtenAtMs))),
  ];
  return tableLines(
    columns.filter(({ cells }) => cells.some((cell) => cell !== '')),
    drawing,
  );
}

function sizeLines({ buckets }: SizeDistribution, drawing: Drawing): string[] {
  if (buckets.length === 0) return [];
  const most = Math.max(...buckets.map(({ rows }) => rows));
  return tableLines(
    [
      { title: 'below', cells: buckets.map(({ below }) => bytesText(below)), side: 'right', goes: 0 },
      { title: 'rows', cells: buckets.map(({ rows }) => countText(rows)), side: 'right', goes: 0 },
      { title: 'bytes', cells: buckets.map(({ bytes }) => bytesText(bytes)), side: 'right', goes: 1 },
    ],
    drawing,
    buckets.map(({ rows }) => rows / most),
  );
}

const HOUR_MS = 3_600_000;

/** In no more stretches than fit a screen. */
function timeLines(distribution: TimeDistribution, drawing: Drawing): string[] {
  const { widthMs, stretches } = evenStretches(distribution, MOST_STRETCHES);
  const all = stretches
    .map(({ fromMs, byAdapter }) => ({ fromMs, ...countedOf(Object.values(byAdapter)) }))
    .filter(({ count }) => count > 0);
  if (all.length === 0) return [];
  const without = distribution.without.count;
  const most = Math.max(...all.map(({ count }) => count));
  const columns: Column[] = [
    {
      title: `from (UTC), ${hoursText(widthMs)}`,
      cells: all.map(({ fromMs }) => timeText(fromMs).slice(0, 16)),
      side: 'left',
      goes: 0,
    },
    { title: 'count', cells: all.map(({ count }) => countText(count)), side: 'right', goes: 0 },
    ...(all.some(({ bytes }) => bytes > 0)
      ? [{ title: 'bytes', cells: all.map(({ bytes }) => bytesText(bytes)), side: 'right', goes: 1 } as const]
      : []),
  ];
  return [
    ...tableLines(
      columns,
      drawing,
      all.map(({ count }) => count / most),
    ),
    ...(without > 0 ? [`${countText(without)} without any`] : []),
  ];
}

function countedOf(all: ReadonlyArray<{ readonly count: number; readonly bytes: number }>) {
  return all.reduce((sum, { count, bytes }) => ({ count: sum.count + count, bytes: sum.bytes + bytes }), {
    count: 0,
    bytes: 0,
  });
}

function hoursText(ms: number): string {
  const hours = ms / HOUR_MS;
  const [name, count] =
    hours % 168 === 0 ? ['week', hours / 168] : hours % 24 === 0 ? ['day', hours / 24] : ['hour', hours];
  return count === 1 ? `by the ${name}` : `by ${countText(count)} ${name}s`;
}

function familyLines({ families, totals }: InspectReport, drawing: Drawing): string[] {
  const odd = families.filter(
    ({ class: one, amounts }) => one === 'unknown' || one === 'unread' || amounts.encrypted > 0,
  );
  const rows = odd.slice(0, MOST_LINES).map(({ prefix, class: one, says, amounts }) => {
    const what = amounts.encrypted > 0 ? `${one}, ${countText(amounts.encrypted)} encrypted` : (says ?? one);
    return { name: `${prefix === '' ? '(no family)' : prefix} (${what})`, amounts };
  });
  return amountLines(rows, totals, drawing);
}

function transactionLines({ transactions }: InspectReport): string[] {
  const { locks, prepared, preparedBytes, commits, rollbacks, open, resolved } = transactions;
  if (locks + prepared + commits + rollbacks === 0) return [];
  return [
    `${countText(locks)} locked keys, ${countText(prepared)} prepared writes (${bytesText(preparedBytes)}), ${countText(commits)} records of commits, ${countText(rollbacks)} of rollbacks`,
    ...(resolved === undefined
      ? []
      : [
          Object.entries(resolved)
            .map(([name, count]) => `${name} ${countText(count)}`)
            .join(', '),
        ]),
    ...open
      .slice(0, MOST_LINES)
      .map(
        ({ primary, startedAtMs, locks }) =>
          `  open since ${timeText(startedAtMs)}: ${countText(locks)} keys, the first is ${primary}`,
      ),
  ];
}

function historyLines({ address, commits, olderRows }: UnitHistory, drawing: Drawing): string[] {
  if (commits.length === 0) return [`${address}: no version of it is in the input`];
  const cells = (cell: (commit: UnitHistory['commits'][number]) => string) => commits.map(cell);
  return [
    address,
    ...tableLines(
      [
        { title: 'committed (UTC)', cells: cells(({ atMs }) => timeText(atMs)), side: 'left', goes: 0 },
        { title: 'rows written', cells: cells(({ written }) => countText(written)), side: 'right', goes: 1 },
        { title: 'bytes', cells: cells(({ writtenBytes }) => bytesText(writtenBytes)), side: 'right', goes: 0 },
        { title: 'rows deleted', cells: cells(({ deleted }) => countText(deleted)), side: 'right', goes: 0 },
        { title: 'still live', cells: cells(({ live }) => countText(live)), side: 'right', goes: 2 },
        { title: 'commit timestamp', cells: cells(({ commitTs }) => commitTs), side: 'right', goes: 3 },
      ],
      drawing,
    ),
    ...(olderRows > 0 ? [`${countText(olderRows)} rows of older commits`] : []),
  ];
}

function leftOutLines({ leftOut }: InspectReport): string[] {
  const { isRehearsed, refused, warnings } = leftOut;
  const lines = warnings
    .filter(({ weight }) => weight !== 'note')
    .map(({ message, fields }) => `  ${message}${fieldsText(fields)}`);
  const notes = warnings.length - lines.length;
  if (refused !== undefined) lines.unshift(`  all of it: ${refused}`);
  if (lines.length === 0) lines.push(isRehearsed ? '  nothing' : '  nothing that shows without trying it');
  if (notes > 0) lines.push(`  ${countText(notes)} ${notes === 1 ? 'note' : 'notes'} more, which the JSON form has`);
  return lines;
}

function fieldsText(fields: Readonly<Record<string, string | number>>): string {
  const shown = Object.entries(fields).filter(([name]) => name !== 'input');
  return shown.length === 0 ? '' : ` (${shown.map(([name, value]) => `${name} ${value}`).join(', ')})`;
}
