/** Line plots as SVG, side by side, readable on a light and on a dark page. */

export interface Series {
  readonly name: string;
  /** Number of its colour, from 0; the same name has the same in all panels. */
  readonly colour: number;
  /** x ascending. */
  readonly points: readonly (readonly [x: number, y: number])[];
}

export interface Panel {
  readonly title: string;
  readonly series: readonly Series[];
}

export interface Plot {
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly x: ScaleKind;
  readonly y: ScaleKind;
  readonly panels: readonly Panel[];
}

/** `linear` begins at 0. */
type ScaleKind = 'linear' | 'log';

const PANEL = { width: 270, height: 200, left: 52, right: 14 } as const;
const TOP = 84;
const BOTTOM = 52;
const RADIUS = 3.5;
const LEGEND_STEP = 112;
/** Far apart for the colour-blind as well; of each pair the first for a light page, the second for a dark one. */
const COLOURS = [
  ['#0969da', '#58a6ff'],
  ['#bc4c00', '#f0883e'],
  ['#1a7f37', '#56d364'],
  ['#8250df', '#bc8cff'],
  ['#bf3989', '#f778ba'],
  ['#6e5b00', '#d4b72c'],
] as const;

/** A document of its own. All panels have the same axes; x has a tick at each value that was measured. */
export function plotSvg(plot: Plot): string {
  const width = plot.panels.length * (PANEL.left + PANEL.width + PANEL.right);
  const height = TOP + PANEL.height + BOTTOM;
  const points = plot.panels.flatMap(({ series }) => series.flatMap((one) => one.points));
  const measured = points.map(([value]) => value);
  const x = new Scale(plot.x, measured, [...new Set(measured)]);
  const y = new Scale(
    plot.y,
    points.map(([, value]) => value),
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    `<title>${escaped(plot.title)}</title>`,
    `<style>${style()}</style>`,
    text(PANEL.left, 22, 'title', plot.title),
    legend(plot),
    ...plot.panels.map((panel, i) =>
      panelSvg(plot, panel, i * (PANEL.left + PANEL.width + PANEL.right) + PANEL.left, x, y),
    ),
    '</svg>\n',
  ].join('\n');
}

function style(): string {
  const rules = (page: 0 | 1) => COLOURS.map((pair, i) => `.c${i}{color:${pair[page]}}`).join('');
  return [
    'text{font:11px system-ui,sans-serif;fill:#57606a}',
    '.title{font-size:14px;font-weight:600;fill:#1f2328}.panel{font-size:12px;font-weight:600;fill:#1f2328}',
    '.grid{stroke:#d0d7de;stroke-width:1}.line{fill:none;stroke:currentColor;stroke-width:2}.dot{fill:currentColor}',
    rules(0),
    '@media (prefers-color-scheme:dark){',
    'text,.title,.panel{fill:#9198a1}.grid{stroke:#6e7781}',
    rules(1),
    '}',
  ].join('');
}

function legend({ panels }: Plot): string {
  const names = new Map(panels.flatMap(({ series }) => series.map(({ name, colour }) => [name, colour] as const)));
  return [...names]
    .map(([name, colour], i) => {
      const at = PANEL.left + i * LEGEND_STEP;
      return `<g class="c${colour}"><circle class="dot" cx="${at + 4}" cy="42" r="${RADIUS}"/>${text(at + 14, 46, '', name)}</g>`;
    })
    .join('\n');
}

function panelSvg({ xLabel, yLabel }: Plot, panel: Panel, left: number, x: Scale, y: Scale): string {
  const bottom = TOP + PANEL.height;
  const across = (value: number) => round(left + x.part(value) * PANEL.width);
  const up = (value: number) => round(bottom - y.part(value) * PANEL.height);
  const grid = y.ticks.map(
    (tick) =>
      `<line class="grid" x1="${left}" y1="${up(tick)}" x2="${left + PANEL.width}" y2="${up(tick)}"/>` +
      text(left - 6, up(tick) + 4, '', tickText(tick), 'end'),
  );
  const below = x.ticks.map((tick) => text(across(tick), bottom + 18, '', tickText(tick), 'middle'));
  const lines = panel.series.map(({ colour, points }) => {
    const path = points.map(([px, py]) => `${across(px)},${up(py)}`);
    const dots = points.map(([px, py]) => `<circle class="dot" cx="${across(px)}" cy="${up(py)}" r="${RADIUS}"/>`);
    return `<g class="c${colour}"><polyline class="line" points="${path.join(' ')}"/>${dots.join('')}</g>`;
  });
  return [
    text(left, TOP - 12, 'panel', `${panel.title}, ${yLabel}`),
    ...grid,
    ...below,
    text(left + PANEL.width / 2, bottom + 38, '', xLabel, 'middle'),
    ...lines,
  ].join('\n');
}

const MARGIN = 0.06;

/** Where a value lies between the ends of an axis. */
class Scale {
  readonly ticks: readonly number[];
  readonly #kind: ScaleKind;
  readonly #low: number;
  readonly #high: number;

  /** @param ticks default: round numbers. */
  constructor(kind: ScaleKind, values: readonly number[], ticks?: readonly number[]) {
    this.#kind = kind;
    const [least, most] = values.length > 0 ? [Math.min(...values), Math.max(...values)] : [1, 1];
    this.ticks = ticks ?? (kind === 'log' ? logTicks(least, most) : linearTicks(most));
    const ends = [...this.ticks, least, most, ...(kind === 'linear' ? [0] : [])].map((value) => this.#place(value));
    this.#low = Math.min(...ends);
    this.#high = Math.max(...ends);
  }

  /** From 0 to 1. */
  part(value: number): number {
    const span = this.#high - this.#low || 1;
    const from = this.#kind === 'log' ? this.#low - span * MARGIN : this.#low;
    return (this.#place(value) - from) / (span * (1 + (this.#kind === 'log' ? 2 : 1) * MARGIN));
  }

  #place(value: number): number {
    return this.#kind === 'log' ? Math.log10(value) : value;
  }
}

/** 1, 2 and 5 times the powers of ten from just below the least to just above the most. */
function logTicks(least: number, most: number): number[] {
  const ticks: number[] = [];
  for (let power = Math.floor(Math.log10(least)); power <= Math.ceil(Math.log10(most)); power++) {
    for (const digit of [1, 2, 5]) ticks.push(digit * 10 ** power);
  }
  const from = ticks.findLastIndex((tick) => tick <= least);
  const to = ticks.findIndex((tick) => tick >= most);
  return ticks.slice(Math.max(0, from), to === -1 ? undefined : to + 1);
}

const TICKS = 5;

/** From 0 to just above the most, whole numbers when they suffice. */
function linearTicks(most: number): number[] {
  const power = 10 ** Math.floor(Math.log10(most / TICKS));
  const step = [1, 2, 5, 10].map((digit) => digit * power).find((size) => size * TICKS >= most) ?? power;
  return Array.from({ length: Math.ceil(most / step) + 1 }, (_, i) => i * step);
}

function tickText(value: number): string {
  return Number(value.toPrecision(6)).toLocaleString('en-US', { maximumFractionDigits: 6 });
}

function text(x: number, y: number, name: string, content: string, anchor = 'start'): string {
  const kind = name === '' ? '' : ` class="${name}"`;
  return `<text x="${round(x)}" y="${round(y)}"${kind} text-anchor="${anchor}">${escaped(content)}</text>`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escaped(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
