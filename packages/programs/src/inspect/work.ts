import { ReaderGoneError, StandardOutput } from '@ekv/archive';
import type { WorkOptions } from '@ekv/command-line';
import { csvLines, type InspectReport, inspectInputs, jsonReport, reportHtml, terminalLines } from '@ekv/inspect';
import { newRunId } from '@ekv/snapshot/publish';
import type { Inspected, InspectForm, InspectOrder } from './inspect-program.ts';
import { checkPage, writePage } from './report-file.ts';

/** Lines are written when there are so many characters of them, and at the end. */
const BLOCK_CHARACTERS = 1 << 16;

/** What the working thread of `ekv inspect` does. */
export function inspectWork({ form, html, workers, ...request }: InspectOrder, options: WorkOptions): Inspected {
  if (html !== undefined) checkPage(html, request.inputs);
  const report = inspectInputs(request, { ...options, workers });
  if (html !== undefined) writePage(html, reportHtml(report), options.runId ?? newRunId());
  return {
    input: report.inputs.map(({ path }) => path).join(', '),
    entries: report.inputs.reduce((sum, { entries }) => sum + entries, 0),
    totals: report.totals,
    isPartial: Object.keys(report.partial ?? {}).length > 0,
    html,
    report: form.kind === 'json' ? jsonReport(report) : undefined,
    isReaderGone: printed(report, form) === 'reader gone',
  };
}

function printed(report: InspectReport, form: InspectForm): 'all' | 'reader gone' {
  const output = new StandardOutput();
  try {
    let waiting = '';
    for (const line of linesOf(report, form)) {
      waiting += `${line}\n`;
      if (waiting.length < BLOCK_CHARACTERS) continue;
      output.write(Buffer.from(waiting));
      waiting = '';
    }
    output.write(Buffer.from(waiting));
    return 'all';
  } catch (error) {
    if (error instanceof ReaderGoneError) return 'reader gone';
    throw error;
  } finally {
    output.close();
  }
}

function linesOf(report: InspectReport, form: InspectForm): Iterable<string> {
  if (form.kind === 'terminal') return terminalLines(report, form.drawing);
  return form.kind === 'csv' ? csvLines(report, form.table) : [];
}
