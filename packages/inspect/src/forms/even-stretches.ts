import type { ReportAdapter, TimeBucket, TimeDistribution } from '../report.ts';

const HOUR = 3_600_000;
const DAYS = 24 * HOUR;
/** What stretches are made longer to. */
const WIDTHS = [
  HOUR,
  3 * HOUR,
  6 * HOUR,
  12 * HOUR,
  DAYS,
  7 * DAYS,
  28 * DAYS,
  364 * DAYS,
  3640 * DAYS,
  36_400 * DAYS,
  364_000 * DAYS,
];

type ByAdapter = TimeBucket['byAdapter'];
type Counted = NonNullable<ByAdapter[ReportAdapter]>;

/** Stretches of one length, each behind the other, those without anything among them: else a night would look like a minute. */
export interface EvenStretches {
  readonly widthMs: number;
  readonly stretches: ReadonlyArray<{ readonly fromMs: number; readonly byAdapter: ByAdapter }>;
}

/** All of a distribution, in longer stretches where there would be more than some, 2 or more. */
export function evenStretches({ widthMs, buckets }: TimeDistribution, most: number): EvenStretches {
  const [first, last] = [buckets[0], buckets.at(-1)];
  if (first === undefined || last === undefined) return { widthMs, stretches: [] };
  const fits = (width: number) => (last.fromMs - first.fromMs) / width < most - 1;
  const width = [widthMs, ...WIDTHS.filter((it) => it > widthMs)].find(fits) ?? last.fromMs - first.fromMs;
  const start = Math.floor(first.fromMs / width) * width;
  const stretches = Array.from({ length: Math.floor((last.fromMs - start) / width) + 1 }, (_, i) => ({
    fromMs: start + i * width,
    byAdapter: {} as Partial<Record<ReportAdapter, Counted>>,
  }));
  for (const { fromMs, byAdapter } of buckets) {
    const into = stretches[Math.floor((fromMs - start) / width)]!.byAdapter;
    for (const [adapter, { count, bytes }] of Object.entries(byAdapter) as [ReportAdapter, Counted][]) {
      const before = into[adapter] ?? { count: 0, bytes: 0 };
      into[adapter] = { count: before.count + count, bytes: before.bytes + bytes };
    }
  }
  return { widthMs: width, stretches };
}
