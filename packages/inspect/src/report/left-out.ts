import type { Warn } from '@ekv/snapshot';
import type { LeftOut, ReportWarning } from '../report.ts';
import { oneLine } from './one-line.ts';

/** Warnings are bounded by who gives them: some twenty of each kind. */
const MOST_WARNINGS = 1000;

/** Collects what a decode says of what it leaves out. */
export class LeftOutCollector {
  readonly #warnings: ReportWarning[] = [];
  readonly #refusals: string[] = [];

  readonly warn: Warn = ({ event, message, fields, loss, doubt }) => {
    if (this.#warnings.length >= MOST_WARNINGS) return;
    this.#warnings.push({
      event,
      message: oneLine(message),
      weight: loss ? 'loss' : doubt ? 'doubt' : 'note',
      fields: Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, plain(value)])),
    });
  };

  /** A decode would refuse the input. */
  refused(message: string): void {
    this.#refusals.push(oneLine(message));
  }

  leftOut(isRehearsed: boolean): LeftOut {
    const refused = this.#refusals.length === 0 ? {} : { refused: this.#refusals.join('; ') };
    return { isRehearsed, ...refused, warnings: this.#warnings };
  }
}

function plain(value: unknown): string | number {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint' && value <= Number.MAX_SAFE_INTEGER) return Number(value);
  return oneLine(String(value));
}
