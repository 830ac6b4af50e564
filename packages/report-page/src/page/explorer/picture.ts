import { SMALLER } from '../../embedded-report.ts';
import { colourOf } from '../colours.ts';
import { data, element, heard } from '../elements.ts';
import { numberText } from '../numbers.ts';
import type { Box } from './box.ts';
import type { SizeMeasure } from './measures.ts';
import { adapterOf, type Part } from './part.ts';
import { spokenPart } from './spoken-part.ts';

export interface PictureEvents {
  /** By a click or by Enter. */
  chosen(part: Part): void;
  /** By the pointer or the focus. */
  pointedAt(part: Part): void;
  /** By Escape: out of what is looked at. */
  left(): void;
}

/** Pixels of boxes in which a name has room; two lines; a size below a name; a size beside it. */
const NAME_WIDTH = 34;
const NAME_HEIGHT = 20;
const TALL = 44;
const SIZE_WIDTH = 72;
const BOTH_WIDTH = 130;

/**
 * Boxes that are a tree to a screen reader. One is a stop of the Tab key; arrows move on: left and right to the siblings, up to the part around, down to
 * the first part within.
 */
export class Picture {
  readonly element: HTMLElement;
  readonly #events: PictureEvents;
  #boxes: readonly Box[] = [];
  #items: readonly HTMLElement[] = [];
  /** By the part that they are in. */
  #siblings = new Map<Part | undefined, Box[]>();

  constructor(hintId: string, events: PictureEvents) {
    this.#events = events;
    this.element = element('div', {
      class: 'picture',
      role: 'tree',
      'aria-orientation': 'horizontal',
      'aria-describedby': hintId,
    });
    this.element.addEventListener('click', (event) => this.#at(event, (box) => events.chosen(box.part)));
    this.element.addEventListener('pointerover', (event) => this.#at(event, (box) => events.pointedAt(box.part)));
    this.element.addEventListener('focusin', (event) =>
      this.#at(event, (box) => {
        this.#stopAt(box);
        events.pointedAt(box.part);
      }),
    );
    this.element.addEventListener('keydown', (event) => this.#key(event));
  }

  /** @param stop where the Tab key comes in; when it is not drawn, the first part of those looked at. */
  draw(boxes: readonly Box[], measure: SizeMeasure, height: number, stop: Part | undefined): void {
    this.#boxes = boxes;
    this.#siblings = Map.groupBy(boxes, ({ part }) => part.parent);
    this.#items = boxes.map((box) => this.#item(box, measure));
    this.element.style.height = `${height}px`;
    this.element.replaceChildren(...this.#items);
    const first = boxes.find(({ part }) => part === stop) ?? boxes.find(({ level }) => level === 1) ?? boxes[0];
    if (first !== undefined) this.#stopAt(first);
  }

  /** Moves the focus to where the Tab key would come in. */
  focus(): void {
    this.#items.find(({ tabIndex }) => tabIndex === 0)?.focus();
  }

  get hasFocus(): boolean {
    return this.element.contains(document.activeElement);
  }

  #item(box: Box, measure: SizeMeasure): HTMLElement {
    const { part } = box;
    const siblings = this.#siblings.get(box.part.parent)!;
    const item = element(
      'div',
      {
        class: classesOf(box),
        role: 'treeitem',
        tabindex: -1,
        'aria-level': part.depth + 1,
        'aria-setsize': siblings.length,
        'aria-posinset': siblings.indexOf(box) + 1,
      },
      heard(spokenPart(part, measure)),
    );
    if (hasName(box)) {
      item.append(data(part.name, { class: 'name', 'aria-hidden': 'true' }));
    }
    if (hasName(box) && box.width >= (isTall(box) ? SIZE_WIDTH : BOTH_WIDTH)) {
      const size = numberText(measure.of(part), measure.holds);
      item.append(element('span', { class: 'size', 'aria-hidden': 'true' }, size));
    }
    const { style } = item;
    style.left = `${box.left}px`;
    style.top = `${box.top}px`;
    style.width = `${box.width}px`;
    style.height = `${box.height}px`;
    style.setProperty('--weight', weightOf(part, siblings, measure).toFixed(3));
    return item;
  }

  #stopAt(box: Box): void {
    for (const [i, item] of this.#items.entries()) item.tabIndex = this.#boxes[i] === box ? 0 : -1;
  }

  #at(event: Event, then: (box: Box) => void): void {
    const item = (event.target as Element).closest('[role=treeitem]');
    const box = this.#boxes[this.#items.indexOf(item as HTMLElement)];
    if (box !== undefined) then(box);
  }

  #key(event: KeyboardEvent): void {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    this.#at(event, (box) => {
      const act = this.#action(event.key, box);
      if (act === undefined) return;
      event.preventDefault();
      act();
    });
  }

  #action(key: string, box: Box): (() => void) | undefined {
    switch (key) {
      case 'Enter':
      case ' ':
        return () => this.#events.chosen(box.part);
      case 'Escape':
      case 'Backspace':
        return () => this.#events.left();
      default: {
        const next = this.#next(key, box);
        return next && (() => this.#items[this.#boxes.indexOf(next)]!.focus());
      }
    }
  }

  /** The same box where there is none in that direction; `undefined` when the key is no direction. */
  #next(key: string, box: Box): Box | undefined {
    const siblings = this.#siblings.get(box.part.parent)!;
    const at = siblings.indexOf(box);
    switch (key) {
      case 'ArrowRight':
        return siblings[at + 1] ?? box;
      case 'ArrowLeft':
        return siblings[at - 1] ?? box;
      case 'ArrowDown':
        return this.#boxes.find(({ part }) => part.parent === box.part) ?? box;
      case 'ArrowUp':
        return this.#boxes.find(({ part }) => part === box.part.parent) ?? box;
      case 'Home':
        return siblings[0];
      case 'End':
        return siblings.at(-1);
      default:
        return undefined;
    }
  }
}

/** How dark a box is: the first of its siblings is the largest. */
function weightOf(part: Part, siblings: readonly Box[], measure: SizeMeasure): number {
  return Math.sqrt(measure.of(part) / Math.max(1, measure.of(siblings[0]!.part)));
}

function hasName({ width, height }: Box): boolean {
  return width >= NAME_WIDTH && height >= NAME_HEIGHT;
}

function isTall({ isFrame, height }: Box): boolean {
  return !isFrame && height >= TALL;
}

function classesOf(box: Box): string {
  const { part, level, isFrame } = box;
  const colour = part.kind === SMALLER || part.depth === 0 ? 'of-others' : colourOf(adapterOf(part)?.name);
  const shape = isFrame ? 'frame' : isTall(box) ? 'tall' : 'flat';
  const can = (part.parts.length > 0 ? ' opens' : '') + (hasName(box) ? '' : ' bare');
  return `box ${colour} ${shape} ${level === 0 ? 'above' : 'within'}${can}`;
}
