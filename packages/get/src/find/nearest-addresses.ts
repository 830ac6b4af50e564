import type { Owner } from '@ekv/adapter';
import { type OpenedRows, OwnerFinder, ownersOf, writeAddress } from '@ekv/core';
import { EkvError, openSnapshot, type ScratchFolder } from '@ekv/snapshot';

const MOST = 3;

/**
 * Addresses that are there and are most like one that is not: those that have most of its beginning. Of rows that were found by a search its neighbours
 * in the order of keys.
 */
export function nearestAddresses(rows: OpenedRows, absent: Owner, scratch: ScratchFolder): string[] {
  const near = new Nearest(writeAddress(absent), absent);
  const finder = new OwnerFinder();
  const look = (bytes: Buffer, start: number, end: number) => {
    const found = finder.find(bytes, start, end);
    if (found?.key !== undefined && found.adapter === absent.adapter && UNITS.has(found.role)) near.add(found.owner());
  };
  if (rows.isNarrowed) {
    const starts = ownersOf(absent.adapter)!
      .ranges(absent)
      .map(({ start }) => start);
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

/** Those in which each unit has a row, or one of few. */
function familiesOf({ adapter }: Owner): readonly string[] {
  return FAMILIES[adapter];
}

const FAMILIES = {
  redis: ['!redis|str|', '!redis|hll|', '!hs|meta|', '!lst|meta|', '!st|meta|', '!zs|meta|', '!stream|meta|'],
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
  readonly #kept: { readonly address: string; readonly alike: number; readonly apart: number }[] = [];

  constructor(address: string, absent: Owner) {
    this.#address = address;
    this.#absent = absent;
  }

  get addresses(): string[] {
    return this.#kept.map(({ address }) => address);
  }

  add(owner: Owner): void {
    if (this.#absent.scope !== undefined && !owner.scope?.equals(this.#absent.scope)) return;
    const address = writeAddress(owner);
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
