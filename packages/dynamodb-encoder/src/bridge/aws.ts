export { type DescribedTable, fromDescribeTable } from './describe-table.ts';
export { fromExport } from './export-folder.ts';
export { fromSdk, type ScanPage } from './scan-pages.ts';
