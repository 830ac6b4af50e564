import type { LogFields } from './log.ts';
import type { ProgressView } from './progress-watch.ts';

/** What goes first when a line has no room: the phase stays to the last. */
const LEAST_FIRST = ['rate', 'bytes', 'records', 'elapsed', 'left', 'percent'] as const;

/**
 * A line for people: phase, percent, records, size, rate, time left, time of the run.
 *
 * @param width columns there are; parts are left out until it fits.
 */
export function progressText(view: ProgressView, width = Number.POSITIVE_INFINITY): string {
  const parts = new Map(partsOf(view));
  const text = () => [...parts.values()].join('  ');
  for (const part of LEAST_FIRST) {
    if (text().length <= width) break;
    parts.delete(part);
  }
  return text().slice(0, Math.max(0, width));
}

function partsOf({ phase, records, bytes, percent, perSecond, leftMs, elapsedMs }: ProgressView): [string, string][] {
  const parts: [string, string | undefined][] = [
    ['phase', phase],
    ['percent', percent === undefined ? undefined : `${percent} %`],
    ['records', records > 0 ? `${grouped(records)} records` : undefined],
    ['bytes', records > 0 || bytes > 0 ? `${mebibytes(bytes)} MiB` : undefined],
    ['rate', perSecond === undefined ? undefined : `${grouped(Math.round(perSecond))}/s`],
    ['left', leftMs === undefined ? undefined : `${clock(leftMs)} left`],
    ['elapsed', clock(elapsedMs)],
  ];
  return parts.filter((part): part is [string, string] => part[1] !== undefined);
}

/** The same for a log: times in seconds, what is not known left out. */
export function progressFields({ phase, percent, leftMs, perSecond, ...view }: ProgressView): LogFields {
  return {
    phase,
    ...(percent === undefined ? {} : { percent }),
    records: view.records,
    bytes: view.bytes,
    ...(perSecond === undefined ? {} : { records_per_second: Math.round(perSecond) }),
    ...(leftMs === undefined ? {} : { seconds_left: Math.round(leftMs / 1000) }),
    elapsed_seconds: Math.floor(view.elapsedMs / 1000),
  };
}

function grouped(count: number): string {
  return count.toLocaleString('en-US');
}

function mebibytes(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(1);
}

function clock(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const parts = [Math.floor(seconds / 60) % 60, seconds % 60].map((part) => String(part).padStart(2, '0'));
  const hours = Math.floor(seconds / 3600);
  return hours > 0 ? `${hours}:${parts.join(':')}` : `${Number(parts[0])}:${parts[1]}`;
}
