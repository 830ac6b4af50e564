import { writeAddress } from '@ekv/core';
import type { SortedRows } from '@ekv/snapshot';
import { ELEMENT_CODE, isNamed, PARTS, type Part } from '../facts/parts.ts';
import { unpacked } from '../facts/value.ts';
import type { Change, ChangeKind, Difference } from './change.ts';
import { FactWalk } from './fact-walk.ts';
import { listEdit } from './list-edit.ts';

/** The units and scopes that differ, in the order of their facts. The loop may be left early; the rows are closed. */
export function* changesIn(rows: SortedRows): Generator<Change, void, undefined> {
  const walk = new FactWalk(rows);
  try {
    while (walk.nextUnit()) {
      const { owner } = walk;
      // The first fact says that the unit is there, and of which type.
      walk.nextFact();
      const { from, to } = walk;
      const change: ChangeKind = from === undefined ? 'added' : to === undefined ? 'removed' : 'changed';
      const type = (to ?? from)!.toString('latin1');
      const isOtherType = change === 'changed' && !walk.isSame;
      const differences = differencesAt(walk, isOtherType);
      const first = differences.next();
      if (first.done && change === 'changed') continue;
      yield {
        change,
        adapter: owner.adapter,
        scope: owner.scope,
        scopeAddress: writeAddress({ adapter: owner.adapter, scope: owner.scope }),
        isScope: owner.key === undefined,
        address: writeAddress(owner),
        type: type === '' ? undefined : type,
        differences: first.done ? [] : startingWith(first.value, differences),
      };
    }
  } finally {
    walk.close();
  }
}

function* startingWith<T>(first: T, rest: Iterable<T>): Generator<T, void, undefined> {
  yield first;
  yield* rest;
}

/** The differences of the unit, from its first fact on. @param isOtherType whether that one is a difference. */
function* differencesAt(walk: FactWalk, isOtherType: boolean): Generator<Difference, void, undefined> {
  if (isOtherType) {
    const [from, to] = [walk.from, walk.to].map((type) => ({ kind: 'bytes', bytes: type! }) as const);
    yield { part: 'type', name: undefined, place: undefined, from, to };
  }
  walk.nextFact();
  while (walk.hasFact) {
    if (walk.part === ELEMENT_CODE) yield* elementDifferences(walk);
    else {
      if (!walk.isSame) yield differenceOf(walk);
      walk.nextFact();
    }
  }
}

function differenceOf({ part: code, name, from, to }: FactWalk): Difference {
  const part = PARTS[code]!;
  return {
    part,
    name: isNamed(part) ? shownName(part, name) : undefined,
    place: undefined,
    from: from && unpacked(from),
    to: to && unpacked(to),
  };
}

/** Entries are sorted by the bytes of their ids. */
function shownName(part: Part, name: Buffer): Buffer {
  if (part !== 'entry') return name;
  return Buffer.from(`${name.readBigUInt64BE()}-${name.readBigUInt64BE(8)}`);
}

/** Memory for both lists together: longer ones are compared place by place from the first difference on. */
const MOST_HELD = 32 << 20;
/** What an element takes beside its bytes. */
const ELEMENT_OVERHEAD = 32;

/** The differences of two lists, in which an element has no name but its place. */
function* elementDifferences(walk: FactWalk): Generator<Difference, void, undefined> {
  const isElement = () => walk.hasFact && walk.part === ELEMENT_CODE;
  while (isElement() && walk.isSame) walk.nextFact();
  if (!isElement()) return;
  const start = placeIn(walk);
  // As texts, of a byte for each letter: a million buffers take ten times as much.
  const from: string[] = [];
  const to: string[] = [];
  for (let held = 0; isElement() && held < MOST_HELD; walk.nextFact())
    for (const [list, element] of [
      [from, walk.from],
      [to, walk.to],
    ] as const) {
      if (element === undefined) continue;
      list.push(element.toString('latin1'));
      held += element.length + ELEMENT_OVERHEAD;
    }
  // What comes after them is not known, so neither is what they have in common at their ends.
  const { removed, added } = isElement() ? placeByPlace(from, to) : listEdit(from, to);
  const base = { part: 'element', name: undefined } as const;
  for (const at of removed) yield { ...base, place: start + at, from: elementOf(from[at]!), to: undefined };
  for (const at of added) yield { ...base, place: start + at, from: undefined, to: elementOf(to[at]!) };
  for (; isElement(); walk.nextFact())
    if (!walk.isSame) yield { ...differenceOf(walk), name: undefined, place: placeIn(walk) };
}

function placeByPlace(from: readonly string[], to: readonly string[]): ReturnType<typeof listEdit> {
  const places = (list: readonly string[], other: readonly string[]) =>
    list.flatMap((element, at) => (other[at] === element ? [] : [at]));
  return { removed: places(from, to), added: places(to, from) };
}

function elementOf(text: string): Difference['from'] {
  return unpacked(Buffer.from(text, 'latin1'));
}

function placeIn({ name }: FactWalk): number {
  return Number(name.readBigUInt64BE());
}
