import type { EmbeddedTable } from '../../embedded-report.ts';
import type { Measure } from '../../report-data.ts';
import { choice } from '../choice.ts';
import { colourOf } from '../colours.ts';
import { element } from '../elements.ts';
import { numberText } from '../numbers.ts';
import { DataTable } from '../tables/data-table.ts';
import { type Bar, barsOf, gridLines } from './bars.ts';

/** Of the label of several rows: what is behind the first, and before the last. */
const BEYOND = / … .*/;
const UP_TO = /.* … /;

/** Letters of a label of which three have no room. */
const LONG = 11;

/** A table as bars, and as itself below them. */
export class BarChart {
  readonly element: HTMLElement;
  readonly #table: EmbeddedTable;
  readonly #plot = element('div', { class: 'plot', role: 'img' });
  readonly #legend = element('ul', { class: 'legend' });
  readonly #pointed = element('p', { class: 'pointed', 'aria-hidden': 'true' });

  constructor(table: EmbeddedTable, id: string) {
    this.#table = table;
    const { title, about, measures } = table;
    const names = measures.map(({ name }) => name);
    this.element = element(
      'section',
      { class: 'card chart', 'aria-labelledby': id },
      element('h2', { id }, title),
      element('p', { class: 'about' }, about),
      ...(names.length < 2 ? [] : [choice(`Bars of ${title}`, names, names[0]!, (name) => this.#draw(name))]),
      this.#plot,
      this.#pointed,
      this.#legend,
      element(
        'details',
        {},
        element('summary', {}, 'The numbers as a table'),
        new DataTable({ ...table, about: '' }, { level: 'none' }).element,
      ),
    );
    this.#draw(names[0]!);
  }

  #draw(name: string): void {
    const measure = this.#table.measures.find((it) => it.name === name)!;
    const holds = this.#table.columns[measure.columns[0]!]!.holds === 'bytes' ? 'bytes' : 'count';
    const bars = barsOf(this.#table, measure.columns);
    const largest = Math.max(0, ...bars.map(({ sum }) => sum));
    const lines = gridLines(largest, holds).map((value) => {
      const line = element(
        'span',
        { class: 'line' },
        element('span', { class: 'line-value' }, numberText(value, holds)),
      );
      line.style.bottom = percent(value, largest);
      return line;
    });
    const drawn = bars.map((bar) => this.#bar(bar, measure, largest, holds));
    this.#plot.setAttribute('aria-label', spoken(measure, bars, holds));
    this.#plot.style.setProperty('--bars', String(bars.length));
    this.#plot.replaceChildren(
      element('div', { class: 'area' }, ...lines, element('div', { class: 'bars' }, ...drawn)),
      labelsOf(bars),
    );
    this.#pointed.textContent = '\u00a0';
    this.#showLegend(measure);
  }

  #bar(bar: Bar, measure: Measure, largest: number, holds: 'bytes' | 'count'): HTMLElement {
    const pieces = bar.values.map((value, i) => {
      const piece = element('span', { class: `piece ${this.#colour(measure.columns[i]!)}` });
      piece.style.height = percent(value, largest);
      return piece;
    });
    const drawn = element('div', { class: 'bar' }, ...pieces);
    drawn.addEventListener('pointerenter', () => {
      this.#pointed.textContent = `${bar.label}: ${numberText(bar.sum, holds)}`;
    });
    return drawn;
  }

  #colour(column: number): string {
    return colourOf(this.#table.columns[column]!.of);
  }

  #showLegend({ columns }: Measure): void {
    const items = columns.map((column) => {
      const { of, name } = this.#table.columns[column]!;
      return element('li', {}, element('span', { class: `swatch ${this.#colour(column)}` }), of ?? name);
    });
    this.#legend.replaceChildren(...items);
    this.#legend.hidden = columns.every((column) => this.#table.columns[column]!.of === undefined);
  }
}

function percent(value: number, largest: number): string {
  return `${((100 * value) / Math.max(1, largest)).toFixed(3)}%`;
}

function spoken({ name }: Measure, bars: readonly Bar[], holds: 'bytes' | 'count'): string {
  if (bars.length === 0) return `${name}: no bars`;
  const highest = bars.reduce((most, bar) => (bar.sum > most.sum ? bar : most));
  return `${name} in ${bars.length} bars from ${bars[0]!.label} to ${bars.at(-1)!.label}; most, ${numberText(highest.sum, holds)}, in ${highest.label}. The table below has the numbers.`;
}

/** Of the first and the last bar, and of the one between them where there is room. */
function labelsOf(bars: readonly Bar[]): HTMLElement {
  const labels = bars.map(({ label }) => label);
  const [first = '', last = ''] = [labels[0]?.replace(BEYOND, ''), labels.at(-1)?.replace(UP_TO, '')];
  const middle = labels[Math.floor(labels.length / 2)]?.replace(BEYOND, '') ?? '';
  const ends = labels.length < 2 ? [first] : [first, last];
  const texts = labels.length < 3 || middle.length > LONG ? ends : [first, middle, last];
  return element('div', { class: 'labels' }, ...texts.map((text) => element('span', { class: 'label' }, text)));
}
