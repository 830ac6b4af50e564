import { hierarchy, partition } from 'd3-hierarchy';
import { type Box, LEAST_PIXELS } from './box.ts';
import type { SizeMeasure } from './measures.ts';
import { type Part, pathTo } from './part.ts';

/** Height of a row with the gap below it. */
const ROW = 30;
const GAP = 2;

/** Rows below the part that is looked at. */
const DEPTH = 8;

/** A row over the whole width for the part and for each that it is in; below it its parts, theirs, and so on, each as wide as its share. */
export function flameBoxes(part: Part, measure: SizeMeasure, width: number): Box[] {
  const path = pathTo(part);
  const above = path.map((it, i) => box(it, i, 0, width, 0));
  const root = hierarchy(part, (it) => (depthIn(part, it) < DEPTH ? it.parts : undefined));
  root.sum((it) => (it.parts.length === 0 || depthIn(part, it) === DEPTH ? measure.of(it) : 0));
  root.sort((a, b) => b.value! - a.value!);
  const placed = partition<Part>().size([width, 1])(root).descendants();
  const below = placed
    .filter(({ depth, x0, x1 }) => depth > 0 && x1 - x0 >= LEAST_PIXELS)
    .map(({ data, depth, x0, x1 }) => box(data, path.length - 1 + depth, x0, x1, depth));
  return [...above, ...below];
}

function box(part: Part, row: number, left: number, right: number, level: number): Box {
  return { part, left, top: row * ROW, width: right - left - GAP, height: ROW - GAP, level, isFrame: false };
}

function depthIn(part: Part, it: Part): number {
  return it.depth - part.depth;
}
