import { hierarchy, treemap } from 'd3-hierarchy';
import { type Box, LEAST_PIXELS } from './box.ts';
import type { SizeMeasure } from './measures.ts';
import type { Part } from './part.ts';

/** Room for the name of a frame. */
const TITLE = 24;
const GAP = 2;

/** Boxes in boxes. */
const DEPTH = 3;

/** The parts of a part, theirs in them where there is room for both, and so on. */
export function treemapBoxes(part: Part, measure: SizeMeasure, width: number, height: number, level = 1): Box[] {
  return treemapOf(part, measure, width, height, level).flatMap((box): Box[] => {
    if (level === DEPTH || !hasRoom(box)) return [box];
    const inside = treemapBoxes(box.part, measure, box.width - 2 * GAP, box.height - TITLE - GAP, level + 1);
    if (inside.length === 0) return [box];
    const moved = inside.map((it) => ({ ...it, left: it.left + box.left + GAP, top: it.top + box.top + TITLE }));
    return [{ ...box, isFrame: true }, ...moved];
  });
}

function hasRoom({ part, width, height }: Box): boolean {
  return part.parts.length > 1 && width > 90 && height > 3 * TITLE;
}

function treemapOf(part: Part, measure: SizeMeasure, width: number, height: number, level: number): Box[] {
  const root = hierarchy(part, (it) => (it === part ? it.parts : undefined))
    .sum((it) => (it === part ? 0 : measure.of(it)))
    .sort((a, b) => b.value! - a.value!);
  const placed = treemap<Part>().size([width, height]).paddingInner(GAP).round(true)(root);
  return (placed.children ?? [])
    .map(({ data, x0, y0, x1, y1 }) => ({
      part: data,
      left: x0,
      top: y0,
      width: x1 - x0,
      height: y1 - y0,
      level,
      isFrame: false,
    }))
    .filter((box) => box.width >= LEAST_PIXELS && box.height >= LEAST_PIXELS);
}
