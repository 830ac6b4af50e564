import { escapedPart, type Owner } from '@ekv/adapter';
import { ADAPTER_NAMES } from '@ekv/core';
import { ExternalSorter, type ScratchFolder, type SortedRows } from '@ekv/snapshot';
import { type Part, partCode, TYPE_CODE } from './parts.ts';

/** Which of the two states that are compared. */
export type Side = 'from' | 'to';

export const SIDES: readonly Side[] = ['from', 'to'];

const NOTHING = Buffer.alloc(0);

/**
 * Takes what is known of the units of both sides, fact by fact in any order, and gives it unit by unit: the facts of a unit in one order,
 * those that both sides have beside each other. Memory does not depend on how many there are.
 *
 * Key: u8 adapter, scope and names of the unit as parts of keys (of a scope none), `00 00`, u8 part, name of the fact. Payload: u8 side, the
 * value as `facts/value.ts` packs it.
 */
export class FactSort {
  readonly #sorter: ExternalSorter;
  readonly #side: Buffer = Buffer.alloc(1);
  #unit: Buffer = NOTHING;

  constructor(scratch: ScratchFolder) {
    this.#sorter = new ExternalSorter({ scratch });
  }

  /** Facts that are added from now on are of this side. */
  begin(side: Side): void {
    this.#side[0] = SIDES.indexOf(side);
  }

  /**
   * Whose facts the next ones are: that it is there is the first of them.
   *
   * @param type of a Redis key.
   */
  unit({ adapter, scope = NOTHING, key, sortKey }: Owner, type = ''): void {
    const head = Buffer.from([ADAPTER_NAMES.indexOf(adapter)]);
    const names = [scope, key, sortKey].filter((name) => name !== undefined);
    this.#unit = Buffer.concat([head, ...names.map(escapedPart), END_OF_UNIT]);
    this.#add(TYPE_CODE, NOTHING, Buffer.from(type));
  }

  /** @param name which of its kind; empty when there is one alone. @param value packed. */
  fact(part: Part, name: Uint8Array, value: Uint8Array): void {
    this.#add(partCode(part), name, value);
  }

  sorted(): SortedRows {
    return this.#sorter.sorted();
  }

  close(): void {
    this.#sorter.close();
  }

  #add(code: number, name: Uint8Array, value: Uint8Array): void {
    const unit = this.#unit;
    const key = Buffer.allocUnsafe(unit.length + 1 + name.length);
    key.set(unit);
    key[unit.length] = code;
    key.set(name, unit.length + 1);
    this.#sorter.add(key, this.#side, value);
  }
}

/** No part of a key begins with it, since `00` goes on with `01` or `ff` there. */
export const END_OF_UNIT: Buffer = Buffer.from([0, 0]);
