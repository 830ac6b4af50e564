import type { Column } from '../../report-data.ts';
import { choice } from '../choice.ts';
import { data, element } from '../elements.ts';
import { counted, shareText } from '../numbers.ts';
import { DataTable } from '../tables/data-table.ts';
import type { Box } from './box.ts';
import { flameBoxes } from './flame-graph.ts';
import { globBelow } from './glob-below.ts';
import { MEASURES, type SizeMeasure } from './measures.ts';
import { type Part, pathTo } from './part.ts';
import { Picture } from './picture.ts';
import { amountsOf, spokenPart } from './spoken-part.ts';
import { treemapBoxes } from './treemap.ts';

const HINT = 'walk-hint';
const HASH = /^#part-(\d+)$/;

const COLUMNS: readonly Column[] = [
  { name: 'Part', holds: 'address' },
  { name: 'Kind', holds: 'text' },
  { name: 'Live', holds: 'bytes' },
  { name: 'Past', holds: 'bytes' },
  { name: 'Keys', holds: 'count' },
];

type Form = 'Treemap' | 'Flame graph';
type Place = 'picture' | 'path' | 'table';

/**
 * The pictures with the path to the part that is looked at, and its parts as a table. Which part that is stands in the address of the page, so that
 * the Back key of a browser goes back.
 */
export class Explorer {
  readonly element: HTMLElement;
  readonly #parts: readonly Part[];
  readonly #picture: Picture;
  readonly #path = element('ol', { class: 'path' });
  readonly #detail = element('div', { class: 'detail' });
  readonly #live = element('p', { class: 'heard', 'aria-live': 'polite' });
  readonly #nothing = element('p', { class: 'nothing', hidden: true });
  readonly #table = element('div', { class: 'parts' });
  #part: Part;
  #from: Part | undefined;
  #measure = MEASURES[0]!;
  #form: Form = 'Treemap';
  /** Where the focus goes after the next step. */
  #focusNext: Place | undefined;

  constructor(parts: readonly Part[]) {
    this.#parts = parts;
    this.#part = parts[0]!;
    this.#measure = MEASURES.find((measure) => measure.of(this.#part) > 0) ?? MEASURES[0]!;
    this.#picture = new Picture(HINT, {
      chosen: (part) => (part.parts.length > 0 ? this.#goTo(part, 'picture') : this.#tell(part)),
      pointedAt: (part) => this.#describe(part),
      left: () => this.#goTo(this.#part.parent ?? this.#part, 'picture'),
    });
    this.element = this.#build();
    window.addEventListener('hashchange', () => this.#follow());
    new ResizeObserver(() => this.#draw()).observe(this.#picture.element);
    this.#follow();
    this.#show();
  }

  #build(): HTMLElement {
    return element(
      'section',
      { class: 'card explorer', 'aria-labelledby': 'explorer' },
      element('h2', { id: 'explorer' }, 'Where the bytes are'),
      element(
        'div',
        { class: 'toolbar' },
        element('nav', { 'aria-label': 'Path' }, this.#path),
        choice('Picture', ['Treemap', 'Flame graph'], this.#form, (form) => {
          this.#form = form;
          this.#draw();
        }),
        choice(
          'Size',
          MEASURES.map(({ name }) => name),
          this.#measure.name,
          (name) => {
            this.#measure = MEASURES.find((measure) => measure.name === name)!;
            this.#show();
          },
        ),
      ),
      this.#picture.element,
      this.#nothing,
      this.#detail,
      element(
        'p',
        { class: 'hint', id: HINT },
        'Click a part or press Enter to go into it, Escape to go out, arrow keys to move. The table below has the same parts.',
      ),
      this.#live,
      this.#table,
    );
  }

  #goTo(part: Part, focus: Place): void {
    this.#focusNext = focus;
    const hash = `#part-${part.index}`;
    if (location.hash === hash || (part.index === 0 && location.hash === '')) return;
    location.hash = hash;
  }

  /** Looks at the part that the address of the page names. */
  #follow(): void {
    const index = location.hash === '' ? 0 : Number(HASH.exec(location.hash)?.[1] ?? Number.NaN);
    const part = this.#parts[index];
    if (part === undefined || part === this.#part) return;
    this.#from = this.#part;
    this.#part = part;
    this.#show();
    this.#tell(part);
    this.#moveFocus();
  }

  #moveFocus(): void {
    const next = this.#focusNext;
    this.#focusNext = undefined;
    if (next === 'picture') this.#picture.focus();
    if (next === 'path') this.#path.querySelector<HTMLElement>('[aria-current]')?.focus();
    if (next === 'table') this.#table.querySelector<HTMLElement>('h3')?.focus();
  }

  #show(): void {
    this.#showPath();
    this.#showTable();
    this.#draw();
    this.#describe(this.#part);
  }

  #showPath(): void {
    const steps = pathTo(this.#part).map((part) => {
      const isHere = part === this.#part;
      const step = element(
        'button',
        { type: 'button', class: 'step', 'aria-current': isHere && 'location' },
        data(part.name),
      );
      step.addEventListener('click', () => this.#goTo(part, 'path'));
      return element('li', {}, step);
    });
    this.#path.replaceChildren(...steps);
  }

  #draw(): void {
    const width = this.#picture.element.clientWidth;
    if (width === 0) return;
    const hadFocus = this.#picture.hasFocus;
    const { boxes, height } = this.#boxes(width);
    this.#picture.element.setAttribute(
      'aria-label',
      `${this.#form} of the parts, by ${this.#measure.name.toLowerCase()}`,
    );
    this.#picture.draw(boxes, this.#measure, height, this.#cameFrom());
    const isEmpty = boxes.every(({ level }) => level === 0);
    this.#nothing.hidden = !isEmpty;
    this.#nothing.textContent = nothingText(this.#part, this.#measure);
    this.#picture.element.hidden = isEmpty && this.#form === 'Treemap';
    if (hadFocus) this.#picture.focus();
  }

  /** The part of this one that was looked at before, or had that in it: a way up ends where the way down began. */
  #cameFrom(): Part | undefined {
    if (this.#from === undefined) return undefined;
    const path = pathTo(this.#from);
    return path.includes(this.#part) ? path[path.indexOf(this.#part) + 1] : undefined;
  }

  #boxes(width: number): { readonly boxes: readonly Box[]; readonly height: number } {
    if (this.#form === 'Treemap') {
      const height = Math.round(Math.min(520, Math.max(320, width * 0.45)));
      return { boxes: treemapBoxes(this.#part, this.#measure, width, height), height };
    }
    const boxes = flameBoxes(this.#part, this.#measure, width);
    return { boxes, height: Math.max(...boxes.map((box) => box.top + box.height)) };
  }

  #showTable(): void {
    const measure = this.#measure;
    const parts = this.#part.parts.toSorted((a, b) => measure.of(b) - measure.of(a));
    const table = new DataTable(
      {
        title: `Parts of ${this.#part.name}`,
        about: parts.length === 0 ? 'It has no parts that are told.' : '',
        columns: COLUMNS,
        rows: parts.map(({ name, kind, amounts: { bytes, past, units } }) => [name, kind, bytes, past, units]),
        left: 0,
        measures: [],
      },
      {
        level: 'h3',
        barred: COLUMNS.findIndex(({ holds }) => holds === measure.holds),
        open: (row) => (parts[row]!.parts.length > 0 ? () => this.#goTo(parts[row]!, 'table') : undefined),
      },
    );
    this.#table.replaceChildren(table.element);
  }

  /** For those who see. */
  #describe(part: Part): void {
    const [live, ...others] = amountsOf(part);
    const of = part.parent;
    const share = of && ` (${shareText(this.#measure.of(part), this.#measure.of(of))} of `;
    const line = element('p', {}, data(part.name, { class: 'detail-name' }), ` ${part.kind} · ${live}`);
    if (of !== undefined) line.append(share!, data(of.name), ')');
    line.append(` · ${others.join(' · ')}`);
    const glob = globBelow(part);
    this.#detail.replaceChildren(
      line,
      element('p', {}, glob === undefined ? '' : element('code', {}, `--match ${glob}`)),
    );
  }

  /** For those who hear. */
  #tell(part: Part): void {
    this.#describe(part);
    this.#live.textContent = spokenPart(part, this.#measure);
  }
}

function nothingText(part: Part, measure: SizeMeasure): string {
  if (part.parts.length === 0) return 'This part has no parts that are told.';
  return `Nothing to draw: ${measure.said(0)}. The table has ${counted(part.parts.length, 'part')}.`;
}
