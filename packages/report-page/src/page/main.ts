import type { EmbeddedReport } from '../embedded-report.ts';
import { BarChart } from './charts/bar-chart.ts';
import { data, element } from './elements.ts';
import { Explorer } from './explorer/explorer.ts';
import { partsOf } from './explorer/part.ts';
import { numberText } from './numbers.ts';
import { DataTable } from './tables/data-table.ts';
import { themeChoice } from './theme.ts';

const report: EmbeddedReport = JSON.parse(document.getElementById('data')!.textContent);
const drawn = report.tables.filter(({ measures }) => measures.length > 0);
const listed = report.tables.filter(({ measures }) => measures.length === 0);

document.title = report.title;
document.body.append(
  element('a', { class: 'skip', href: '#tables' }, 'Skip to the tables'),
  header(),
  element(
    'main',
    {},
    figures(),
    new Explorer(partsOf(report.parts)).element,
    element('div', { class: 'charts' }, ...drawn.map((table, i) => new BarChart(table, `chart-${i}`).element)),
    element('div', { id: 'tables', tabindex: -1 }, ...listed.map(tableCard)),
  ),
);

function header(): HTMLElement {
  const facts = report.facts.flatMap(({ name, value }) => [
    element('div', {}, element('dt', {}, name), element('dd', {}, data(value))),
  ]);
  return element(
    'header',
    {},
    element('div', { class: 'top' }, element('h1', {}, data(report.title)), themeChoice()),
    element('dl', { class: 'facts' }, ...facts),
  );
}

function figures(): HTMLElement {
  const items = report.figures.map(({ name, value, holds, note }) =>
    element(
      'li',
      {},
      element('span', { class: 'figure-name' }, name),
      element('strong', {}, numberText(value, holds)),
      element('span', { class: 'note' }, note ?? ''),
    ),
  );
  return element('ul', { class: 'figures', 'aria-label': 'In short' }, ...items);
}

function tableCard(table: EmbeddedReport['tables'][number]): HTMLElement {
  return element(
    'section',
    { class: 'card', 'aria-label': table.title },
    new DataTable(table, { level: 'h2' }).element,
  );
}
