import { helpWidth } from './help-width.ts';
import { terminalColumns } from './terminal-columns.ts';

/** Columns of what is printed for people to read. */
export function outputWidth(): number {
  return helpWidth(process.env.COLUMNS, terminalColumns());
}
