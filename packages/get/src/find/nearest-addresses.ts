import type { Owner, RowOwner } from '@ekv/adapter';
import { type OpenedRows, OwnerFinder, ownersOf, writeAddress } from '@ekv/core';
import { EkvError, openSnapshot, type ScratchFolder } from '@ekv/snapshot';
import { servedGenerations } from './served-generations.ts';

const MOST = 3;

/**
 * Addresses that are there and are most like one that is not: those that have most of its beginning. Of rows that were found by a search its neighbours
 * in the order of keys. Of a table, bucket or queue: others.
 */
export function nearestAddresses(rows: OpenedRows, absent: Owner, scratch: ScratchFolder): string[] {
  if (absent.key === undefined && absent.scope === undefined) return [];
  const near = new Nearest(writeAddress(absent), absent);
  const finder = new OwnerFinder();
  const isScope = absent.key === undefined;
  const ownerOf = (found: RowOwner) => (isScope ? { adapter: found.adapter, scope: found.scope } : found.owner());
  const look = (bytes: Buffer, start: number, end: number) => {
    const found = finder.find(bytes, start, end);
    if (found?.key !== undefined && found.adapter === absent.adapter && UNITS.has(found.role)) near.add(ownerOf(found));
  };
  if (rows.isNarrowed) {
    const ranges = ownersOf(absent.adapter)!.ranges(absent, servedGenerations(rows, [absent])[0]);
    const starts = ranges.map(({ start }) => start);
    for (const { path } of rows.inputs) for (const key of keysAround(path, starts, scratch)) look(key, 0, key.length);
  } else
    for (const family of familiesOf(absent)) {
      if (!rows.source.knows(family)) continue;
      for (const row = rows.source.rows(family, { bodies: 'passed over' }); row.next(); )
        look(row.bytes, row.keyStart, row.keyEnd);
    }
  return near.addresses;
}

const UNITS: ReadonlySet<string> = new Set(['value', 'metadata', 'element']);

/** Those in which each unit has a row. */
function familiesOf({ adapter }: Owner): readonly string[] {
  return FAMILIES[adapter];
}

const FAMILIES = {
  redis: ['!redis|str|', '!redis|hll|', '!hs|fld|', '!lst|itm|', '!st|mem|', '!zs|mem|', '!stream|entry|'],
  dynamodb: ['!ddb|item|'],
  s3: ['!s3|obj|head|'],
  sqs: ['!sqs|msg|data|'],
} as const;

function keysAround(path: string, keys: readonly Buffer[], scratch: ScratchFolder): Buffer[] {
  try {
    using snapshot = openSnapshot(path, { scratch });
    return snapshot.keysAround(keys);
  } catch (error) {
    // It was only to help.
    if (error instanceof EkvError) return [];
    throw error;
  }
}

/** Keeps the few that begin most alike, those of the same length first. */
class Nearest {
  readonly #address: string;
  readonly #absent: Owner;
  /** Elements of one unit come one after the other. */
  #last = '';
  readonly #kept: { readonly address: string; readonly alike: number; readonly apart: number }[] = [];

  constructor(address: string, absent: Owner) {
    this.#address = address;
    this.#absent = absent;
  }

  get addresses(): string[] {
    return this.#kept.map(({ address }) => address);
  }

  add(owner: Owner): void {
    const { key, scope } = this.#absent;
    if (key !== undefined && scope !== undefined && !owner.scope?.equals(scope)) return;
    const address = writeAddress(owner);
    if (address === this.#last) return;
    this.#last = address;
    const alike = alikeStart(address, this.#address);
    const apart = Math.abs(address.length - this.#address.length);
    const worst = this.#kept[MOST - 1];
    if (worst !== undefined && (alike < worst.alike || (alike === worst.alike && apart >= worst.apart))) return;
    if (this.#kept.some((one) => one.address === address)) return;
    this.#kept.push({ address, alike, apart });
    this.#kept.sort((a, b) => b.alike - a.alike || a.apart - b.apart);
    this.#kept.length = Math.min(MOST, this.#kept.length);
  }
}

function alikeStart(a: string, b: string): number {
  const most = Math.min(a.length, b.length);
  let at = 0;
  while (at < most && a.charCodeAt(at) === b.charCodeAt(at)) at++;
  return at;
}
