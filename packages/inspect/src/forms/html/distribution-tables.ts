import type { Cell, Column, ReportTable } from '@ekv/report-page';
import type { InspectReport, ReportAdapter, SizeDistribution, TimeDistribution } from '../../report.ts';
import { type EvenStretches, evenStretches } from '../even-stretches.ts';
import { bytesText, countText, timeText } from '../quantities.ts';

/** More could not be drawn beside each other. */
const MOST = 500;

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const ADAPTERS: readonly ReportAdapter[] = ['redis', 'dynamodb', 's3', 'sqs'];

/** A bar: what it is of, and how much there is of each adapter. */
interface Bar {
  readonly label: string;
  readonly byAdapter: Readonly<Partial<Record<ReportAdapter, { readonly count: number; readonly bytes: number }>>>;
}

/** Sizes and times, drawn as bars. Those without anything are left out. */
export function distributionTables({ sizes, commits, expiries }: InspectReport): ReportTable[] {
  const [written, ending] = [evenStretches(commits, MOST), evenStretches(expiries, MOST)];
  return [
    barTable({
      title: 'Sizes',
      about: 'Live rows by bytes of key and value, in powers of two.',
      first: { name: 'From', holds: 'text' },
      counted: 'Rows',
      bars: sizeBars(sizes),
    }),
    barTable({
      title: 'Written',
      about: `Live rows by the ${stretchText(written.widthMs)} of their commit, UTC.${withoutText(commits, 'have no time')}`,
      first: { name: 'From', holds: 'time' },
      counted: 'Rows',
      bars: timeBars(written),
    }),
    barTable({
      title: 'Expiring',
      about: `Keys by the ${stretchText(ending.widthMs)} in which they end, UTC.${withoutText(expiries, 'do not end by themselves')}`,
      first: { name: 'From', holds: 'time' },
      counted: 'Keys',
      bars: timeBars(ending),
    }),
  ].filter(({ rows }) => rows.length > 0);
}

function barTable({
  title,
  about,
  first,
  counted,
  bars,
}: {
  readonly title: string;
  readonly about: string;
  readonly first: Column;
  readonly counted: string;
  readonly bars: readonly Bar[];
}): ReportTable {
  const adapters = ADAPTERS.filter((adapter) => bars.some(({ byAdapter }) => byAdapter[adapter] !== undefined));
  const columns = (what: string, holds: 'count' | 'bytes'): Column[] =>
    adapters.map((of) => ({ name: `${of} ${what.toLowerCase()}`, holds, of }));
  const cells = ({ label, byAdapter }: Bar): Cell[] => [
    label,
    ...adapters.map((adapter) => byAdapter[adapter]?.count ?? 0),
    ...adapters.map((adapter) => byAdapter[adapter]?.bytes ?? 0),
  ];
  return {
    title,
    about,
    columns: [first, ...columns(counted, 'count'), ...columns('Bytes', 'bytes')],
    rows: bars.map(cells),
    drawn: {
      measures: [
        { name: counted, columns: adapters.map((_, i) => 1 + i) },
        { name: 'Bytes', columns: adapters.map((_, i) => 1 + adapters.length + i) },
      ],
    },
  };
}

function sizeBars({ buckets }: SizeDistribution): Bar[] {
  return buckets.map(({ from, byAdapter }) => ({
    label: bytesText(from),
    byAdapter: Object.fromEntries(
      Object.entries(byAdapter).map(([adapter, { rows, bytes }]) => [adapter, { count: rows, bytes }]),
    ),
  }));
}

function timeBars({ widthMs, stretches }: EvenStretches): Bar[] {
  return stretches.map(({ fromMs, byAdapter }) => ({ label: startText(fromMs, widthMs), byAdapter }));
}

/** Without the time of the day, where stretches are whole days. */
function startText(ms: number, widthMs: number): string {
  const text = timeText(ms);
  return widthMs % DAY === 0 ? text.replace(/ .*/, '') : text.replace(/:\d+$/, '');
}

/** `hour`, `stretch of 3 hours`. */
function stretchText(widthMs: number): string {
  const [unit, length] = widthMs % DAY === 0 ? ['day', widthMs / DAY] : ['hour', widthMs / HOUR];
  return length === 1 ? unit! : `stretch of ${countText(Number(length))} ${unit}s`;
}

function withoutText({ without: { count } }: TimeDistribution, what: string): string {
  return count === 0 ? '' : ` ${countText(count)} ${what}.`;
}
