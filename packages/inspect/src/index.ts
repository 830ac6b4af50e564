export { reportHtml } from './forms/html/report-html.ts';
export { type InspectRequest, inspectInputs } from './inspect-inputs.ts';
export type * from './report.ts';
