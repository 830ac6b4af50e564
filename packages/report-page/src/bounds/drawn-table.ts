import type { EmbeddedTable } from '../embedded-report.ts';
import type { Cell, ReportTable } from '../report-data.ts';
import { shownText } from './shown-text.ts';
import { wholeNumber } from './whole-number.ts';

/** A table with as many of its rows, from the first, as have room in that many bytes of JSON. */
export function drawnTable(table: ReportTable, room: number): EmbeddedTable {
  const rows: Cell[][] = [];
  let left = room;
  for (const row of table.rows) {
    const cells = row.map((cell) => shownCell(cell, table.title));
    left -= Buffer.byteLength(JSON.stringify(cells)) + 1;
    if (left < 0) break;
    rows.push(cells);
  }
  return {
    title: shownText(table.title),
    about: shownText(table.about),
    columns: table.columns.map(({ name, holds, of }) => ({
      name: shownText(name),
      holds,
      ...(of === undefined ? {} : { of: shownText(of) }),
    })),
    rows,
    left: (table.left ?? 0) + table.rows.length - rows.length,
    measures: (table.drawn?.measures ?? []).map(({ name, columns }) => ({ name: shownText(name), columns })),
  };
}

function shownCell(cell: Cell, table: string): Cell {
  if (typeof cell === 'string') return shownText(cell);
  return cell === null ? null : wholeNumber(cell, `a cell of the table ${table}`);
}
