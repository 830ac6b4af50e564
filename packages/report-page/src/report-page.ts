import { script, style } from '#page';
import { drawnParts } from './bounds/drawn-parts.ts';
import { drawnTable } from './bounds/drawn-table.ts';
import { shownText } from './bounds/shown-text.ts';
import { wholeNumber } from './bounds/whole-number.ts';
import { htmlDocument } from './document/html-document.ts';
import type { EmbeddedReport } from './embedded-report.ts';
import type { ReportData } from './report-data.ts';

/** Bytes of JSON that the rows of all tables take at most. */
const TABLE_BYTES = 2_000_000;

/**
 * A report as one HTML page, below 5 MB whatever is in the data: a treemap and a flame graph of its tree, charts, and tables.
 *
 * The page needs nothing from elsewhere, and its policy forbids it to ask: it may be opened from a disk or a mail. The data stands in it as JSON, and
 * comes into the document as text alone, so nothing in a key is markup, a script or a link. Parts of the tree that have no room are summed up;
 * tables lose rows from their end, and say how many. Throws RangeError for a number that is no whole one from 0 to 2^53 - 1.
 */
export function reportPage(data: ReportData): string {
  return htmlDocument({ script, style, data: embeddedReport(data) });
}

function embeddedReport(data: ReportData): EmbeddedReport {
  return {
    title: shownText(data.title),
    facts: data.facts.map(({ name, value }) => ({ name: shownText(name), value: shownText(value) })),
    figures: data.figures.map(({ name, value, holds, note }) => ({
      name: shownText(name),
      value: wholeNumber(value, `the figure ${name}`),
      holds,
      ...(note === undefined ? {} : { note: shownText(note) }),
    })),
    parts: drawnParts(data.tree),
    tables: data.tables.map((table) => drawnTable(table, TABLE_BYTES / data.tables.length)),
  };
}
