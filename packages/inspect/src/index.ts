export { type InspectRequest, inspectInputs } from './inspect-inputs.ts';
export type * from './report.ts';
