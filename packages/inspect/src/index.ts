export { reportHtml } from './forms/html/report-html.ts';
export type * from './report.ts';
