import type { EmbeddedTable } from '../../embedded-report.ts';
import type { Cell, Column } from '../../report-data.ts';
import { data, element, heard } from '../elements.ts';
import { counted, countText } from '../numbers.ts';
import { cellText, nextOrder, type Order, shownRows } from './shown-rows.ts';

/** Rows at first, and those that come with each "more". */
const FIRST = 12;
const MORE = 200;

/** A filter for fewer rows would be longer than the table. */
const WORTH_FILTERING = 6;

export interface TableOptions {
  readonly level: 'h2' | 'h3' | 'none';
  /** The column whose cells have a bar. Default: the first with numbers. */
  readonly barred?: number;
  /** What a click on the first cell of a row does. */
  readonly open?: (row: number) => (() => void) | undefined;
}

let tables = 0;

/** A table with a filter and heads that sort. The roles are said, because a narrow page shows rows as blocks. */
export class DataTable {
  readonly element: HTMLElement;
  readonly #table: EmbeddedTable;
  readonly #options: TableOptions;
  readonly #body = element('tbody', { role: 'rowgroup' });
  readonly #said = element('p', { class: 'said', role: 'status' });
  readonly #more = element('button', { type: 'button', class: 'more' });
  readonly #heads: readonly HTMLElement[];
  /** The column whose cells have a bar, and the number that fills it. */
  readonly #barred: number;
  readonly #largest: number;
  #filter = '';
  #order: Order | undefined;
  #room = FIRST;

  constructor(table: EmbeddedTable, options: TableOptions) {
    this.#table = table;
    this.#options = options;
    this.#barred = options.barred ?? table.columns.findIndex(({ holds }) => isNumber(holds));
    this.#largest = table.rows.reduce((most, row) => Math.max(most, Number(row[this.#barred] ?? 0)), 0);
    this.#heads = table.columns.map((column, i) => this.#head(column, i));
    this.#more.addEventListener('click', () => {
      this.#room += MORE;
      this.#show();
    });
    this.element = this.#build();
    this.#show();
  }

  #build(): HTMLElement {
    const { title, about, rows } = this.#table;
    const id = `table-${tables++}`;
    const { level } = this.#options;
    const heading = level === 'none' ? [] : [element(level, { id, tabindex: -1 }, data(title))];
    const filter = rows.length >= WORTH_FILTERING ? [this.#filterOf(title)] : [];
    const names = level === 'none' ? { 'aria-label': title } : { 'aria-labelledby': id };
    return element(
      'div',
      { class: 'data-table' },
      ...heading,
      ...(about === '' ? [] : [element('p', { class: 'about' }, about)]),
      element('div', { class: 'table-tools' }, ...filter, this.#said),
      ...(rows.length === 0
        ? []
        : [
            element(
              'table',
              { role: 'table', ...names },
              element('thead', { role: 'rowgroup' }, element('tr', { role: 'row' }, ...this.#heads)),
              this.#body,
            ),
          ]),
      this.#more,
    );
  }

  #filterOf(title: string): HTMLElement {
    const input = element('input', { type: 'search', placeholder: 'Filter', autocomplete: 'off', spellcheck: 'false' });
    input.addEventListener('input', () => {
      this.#filter = input.value;
      this.#room = FIRST;
      this.#show();
    });
    return element('label', {}, heard(`Filter: ${title}`), input);
  }

  #head({ name, holds }: Column, column: number): HTMLElement {
    const button = element(
      'button',
      { type: 'button', class: 'sort' },
      name,
      element('span', { class: 'arrow', 'aria-hidden': 'true' }),
    );
    button.addEventListener('click', () => {
      this.#order = nextOrder(this.#order, column, holds);
      this.#show();
    });
    return element('th', { role: 'columnheader', scope: 'col', class: isNumber(holds) && 'number' }, button);
  }

  #show(): void {
    const { rows, left } = this.#table;
    const places = shownRows(this.#table, this.#filter, this.#order);
    this.#body.replaceChildren(...places.slice(0, this.#room).map((place) => this.#row(place)));
    for (const [column, head] of this.#heads.entries()) {
      head.setAttribute('aria-sort', this.#order?.column === column ? this.#order.direction : 'none');
    }
    const hidden = places.length - this.#room;
    this.#more.hidden = hidden <= 0;
    this.#more.textContent = `Show ${hidden > MORE ? `${countText(MORE)} more of ${countText(hidden)}` : `${countText(Math.max(0, hidden))} more`}`;
    this.#said.textContent = rows.length < WORTH_FILTERING && left === 0 ? '' : this.#countText(places.length);
  }

  #countText(found: number): string {
    const { rows, left } = this.#table;
    const all = counted(rows.length, 'row');
    const beyond = left === 0 ? '' : `, ${countText(left)} more are not in this page`;
    return (found === rows.length ? all : `${countText(found)} of ${all}`) + beyond;
  }

  #row(place: number): HTMLElement {
    const cells = this.#table.rows[place]!.map((cell, i) => this.#cell(place, cell, i));
    return element('tr', { role: 'row' }, ...cells);
  }

  #cell(place: number, value: Cell, i: number): HTMLElement {
    const { name, holds } = this.#table.columns[i]!;
    const text = cellText(value, holds);
    const act = i === 0 ? this.#options.open?.(place) : undefined;
    const cell = element(
      'td',
      { role: 'cell', class: isNumber(holds) ? 'number' : holds, 'data-name': name },
      act === undefined ? content(text, holds) : opening(text, act),
    );
    if (i === this.#barred && this.#largest > 0) {
      cell.classList.add('barred');
      cell.style.setProperty('--share', (Number(value ?? 0) / this.#largest).toFixed(4));
    }
    return cell;
  }
}

function isNumber(holds: Column['holds']): boolean {
  return holds === 'bytes' || holds === 'count';
}

function content(text: string, holds: Column['holds']): HTMLElement {
  return holds === 'address' || holds === 'text' ? data(text) : element('span', {}, text);
}

function opening(text: string, act: () => void): HTMLElement {
  const button = element('button', { type: 'button', class: 'link' }, data(text));
  button.addEventListener('click', act);
  return button;
}
