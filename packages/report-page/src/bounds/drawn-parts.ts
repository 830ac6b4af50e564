import { type EmbeddedPart, SMALLER } from '../embedded-report.ts';
import type { Branch } from '../report-data.ts';
import { isCut, shownText } from './shown-text.ts';
import { wholeNumber } from './whole-number.ts';

/** Parts of a page, and bytes of their names; the sums of what is smaller come on top. */
const MOST_PARTS = 20_000;
const MOST_NAME_BYTES = 1_500_000;

interface Part {
  readonly branch: Branch;
  readonly children: Part[];
  /** Its share of all bytes and of all units; never more than that of its parent. */
  readonly weight: number;
  /** As it is shown; absent when there is no room for it. */
  name?: string;
}

/**
 * The parts of a tree that have room in a page, the largest by bytes and units: parents first, then siblings by size. What is left of a part is one
 * or two more parts of it, of the kind `SMALLER`.
 */
export function drawnParts(tree: Branch): EmbeddedPart[] {
  const root = nameLargest(partsOf(tree));
  const drawn: EmbeddedPart[] = [embedded(-1, root)];
  const waiting = [root];
  for (const [place, part] of waiting.entries()) {
    const kept = part.children.filter(({ name }) => name !== undefined).sort(bySize);
    for (const child of kept) {
      drawn.push(embedded(place, child));
      waiting.push(child);
    }
  }
  return [...drawn, ...waiting.flatMap(smallerParts)];
}

function embedded(parent: number, { name, branch }: Part): EmbeddedPart {
  const amount = (of: Amount) => wholeNumber(branch[of], `${of} of the part ${name}`);
  const part = [parent, name!, shownText(branch.kind), amount('bytes'), amount('past'), amount('units')] as const;
  const address = branch.address === undefined ? branch.name : branch.address;
  // Of a text that is cut nobody could make a pattern.
  const whole = address === null || isCut(address) ? null : shownText(address);
  return whole === name ? part : [...part, whole];
}

/** What a part has beside those of its children that are drawn: the smaller ones together, and what is in none of its children. */
function smallerParts({ branch, children }: Part, place: number): EmbeddedPart[] {
  const kept = children.filter(({ name }) => name !== undefined);
  const dropped = children.filter(({ name }) => name === undefined);
  const parts = dropped.length + (branch.smaller?.parts ?? 0);
  if (kept.length + parts === 0) return [];
  const left = (amount: Amount) =>
    Math.max(
      0,
      kept.reduce((rest, child) => rest - child.branch[amount], branch[amount]),
    );
  const smaller = (amount: Amount) => {
    const given = wholeNumber(branch.smaller?.[amount] ?? 0, `${amount} of the smaller parts of ${branch.name}`);
    return Math.min(
      left(amount),
      dropped.reduce((sum, child) => sum + child.branch[amount], given),
    );
  };
  const embeddedSum = (count: number, of: (amount: Amount) => number): EmbeddedPart[] => {
    const [bytes, past, units] = [of('bytes'), of('past'), of('units')];
    return bytes + past + units === 0 ? [] : [[place, String(count), SMALLER, bytes, past, units]];
  };
  return [...embeddedSum(parts, smaller), ...embeddedSum(0, (amount) => left(amount) - smaller(amount))];
}

type Amount = 'bytes' | 'past' | 'units';

function bySize(a: Part, b: Part): number {
  return b.branch.bytes + b.branch.past - (a.branch.bytes + a.branch.past) || b.branch.units - a.branch.units;
}

/** All parts, parents before their children: a tree may be deeper than the stack. */
function partsOf(tree: Branch): Part[] {
  const share = (branch: Branch) =>
    (branch.bytes + branch.past) / Math.max(1, tree.bytes + tree.past) + branch.units / Math.max(1, tree.units);
  const parts: Part[] = [{ branch: tree, children: [], weight: Number.POSITIVE_INFINITY }];
  for (const part of parts) {
    for (const branch of part.branch.children ?? []) {
      const child = { branch, children: [], weight: Math.min(part.weight, share(branch)) };
      part.children.push(child);
      parts.push(child);
    }
  }
  return parts;
}

/** Gives those that have room their names. As a part weighs no more than its parent, the parents of all are among them. @returns the first. */
function nameLargest(parts: readonly Part[]): Part {
  let room = MOST_NAME_BYTES;
  for (const part of parts.toSorted((a, b) => b.weight - a.weight).slice(0, MOST_PARTS)) {
    const name = shownText(part.branch.name);
    room -= Buffer.byteLength(name);
    if (room < 0) break;
    part.name = name;
  }
  return parts[0]!;
}
