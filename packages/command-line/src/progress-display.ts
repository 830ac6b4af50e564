import type { Progress } from '@ekv/core/run-control';
import { progressInterval } from './progress-interval.ts';
import { ProgressLine } from './progress-line.ts';
import { ProgressLines } from './progress-lines.ts';
import { onProgressAsked } from './progress-signal.ts';
import { progressFields } from './progress-text.ts';
import { type ProgressView, ProgressWatch } from './progress-watch.ts';
import type { Report, SharedFlags } from './report.ts';

/** What shows how far a run is, until it is stopped. */
export interface ProgressDisplay {
  /** Makes room for another line. */
  clear(): void;
  stop(): void;
}

/** A terminal that cannot move its cursor gets a line that often, ms. */
const DUMB_EVERY_MS = 10_000;
const DEFAULT_COLUMNS = 80;

/** Shows progress in the form that fits the flags and standard error, and answers those who ask by a signal. */
export function progressDisplay(progress: Progress, flags: SharedFlags, report: Report): ProgressDisplay {
  const watch = new ProgressWatch(progress);
  const say = (view: ProgressView) => report.answer('progress', progressFields(view));
  const display = displayOf(watch, flags, say);
  const resumed = () => watch.resumed();
  process.on('SIGCONT', resumed);
  onProgressAsked(() => say(watch.look()));
  return {
    clear: () => display.clear(),
    stop: () => {
      process.off('SIGCONT', resumed);
      onProgressAsked(() => {});
      display.stop();
    },
  };
}

function displayOf(watch: ProgressWatch, flags: SharedFlags, say: (view: ProgressView) => void): ProgressDisplay {
  const everyMs = progressInterval(flags);
  if (everyMs !== undefined) return new ProgressLines(watch, everyMs, say);
  const { isTTY } = process.stderr;
  if (!isTTY || flags.quiet || flags.logFormat === 'json')
    return new ProgressLines(watch, Number.POSITIVE_INFINITY, say);
  if (process.env.TERM === 'dumb') return new ProgressLines(watch, DUMB_EVERY_MS, say);
  return new ProgressLine(watch, {
    write: (text) => process.stderr.write(text),
    columns: () => process.stderr.columns || DEFAULT_COLUMNS,
  });
}
