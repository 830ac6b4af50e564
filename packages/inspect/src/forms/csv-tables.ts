/** The tables of a report that there are as CSV. */
export const CSV_TABLES = [
  'prefixes',
  'scopes',
  'families',
  'largest',
  'elements',
  'sizes',
  'commits',
  'expiries',
  'history',
  'left-out',
] as const;

export type CsvTable = (typeof CSV_TABLES)[number];
