export { PAGE_BEGINNING } from '@ekv/report-page';
export { csvLines } from './forms/csv.ts';
export type { CsvTable } from './forms/csv-tables.ts';
export { reportHtml } from './forms/html/report-html.ts';
export { jsonReport } from './forms/json.ts';
export { type Drawing, terminalLines } from './forms/terminal.ts';
export { type InspectRequest, inspectInputs } from './inspect-inputs.ts';
export type * from './report.ts';
