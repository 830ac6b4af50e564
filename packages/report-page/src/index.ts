export { PAGE_BEGINNING } from './document/html-document.ts';
export type {
  Branch,
  Cell,
  Column,
  Drawn,
  Fact,
  Figure,
  Measure,
  ReportData,
  ReportTable,
  SmallerParts,
} from './report-data.ts';
export { reportPage } from './report-page.ts';
