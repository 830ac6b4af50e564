import { type Owner, partBytes, partEnd } from '@ekv/adapter';
import { ADAPTER_NAMES } from '@ekv/core';
import type { SortedRows } from '@ekv/snapshot';
import { END_OF_UNIT } from '../facts/fact-sort.ts';

const NOTHING = Buffer.alloc(0);
const FROM = 0;

/**
 * Walks over sorted facts: unit by unit, and in it fact by fact, with what both sides say of it. A fact that one side gives several times
 * counts once, with the last value.
 */
export class FactWalk {
  readonly #rows: SortedRows;
  #hasRow: boolean;
  #unit: Buffer = NOTHING;
  /** Key of the fact at hand, from its part on. */
  #fact: Buffer = NOTHING;
  /** Whether there is a fact at hand. */
  hasFact = false;
  /** What each side says, packed; `undefined`: nothing. They stay, and so does the name. */
  from: Buffer | undefined;
  to: Buffer | undefined;

  constructor(rows: SortedRows) {
    this.#rows = rows;
    this.#hasRow = rows.next();
  }

  /** Goes to the next unit, over facts of the one at hand that nobody asked for. */
  nextUnit(): boolean {
    while (this.#isOfUnit()) this.#hasRow = this.#rows.next();
    this.hasFact = false;
    if (!this.#hasRow) return false;
    const { bytes, keyStart, keyEnd } = this.#rows;
    this.#unit = Buffer.from(bytes.subarray(keyStart, unitEnd(bytes, keyStart, keyEnd)));
    return true;
  }

  /** Goes to the next fact of the unit, if there is one. */
  nextFact(): void {
    this.from = this.to = undefined;
    this.hasFact = this.#isOfUnit();
    if (!this.hasFact) return;
    const { bytes, keyStart, keyEnd } = this.#rows;
    this.#fact = Buffer.from(bytes.subarray(keyStart + this.#unit.length, keyEnd));
    do this.#takeSide();
    while (this.#isOfUnit() && this.#isOfFact());
  }

  /** Whose the facts are. */
  get owner(): Owner {
    const unit = this.#unit;
    const names: Buffer[] = [];
    for (let at = 1; at < unit.length - END_OF_UNIT.length; ) {
      const end = partEnd(unit, at, unit.length);
      names.push(Buffer.from(partBytes(unit, at, end)));
      at = end;
    }
    const [scope, key, sortKey] = names;
    const adapter = ADAPTER_NAMES[unit[0]!]!;
    return { adapter, scope: adapter === 'redis' ? undefined : scope, key, sortKey };
  }

  get part(): number {
    return this.#fact[0]!;
  }

  /** Which of its kind; empty where there is one alone. */
  get name(): Buffer {
    return this.#fact.subarray(1);
  }

  /** Whether both sides say the same. */
  get isSame(): boolean {
    return this.from !== undefined && this.to !== undefined && this.from.equals(this.to);
  }

  close(): void {
    this.#rows.close();
  }

  #isOfUnit(): boolean {
    if (!this.#hasRow || this.#unit.length === 0) return false;
    const { bytes, keyStart, keyEnd } = this.#rows;
    const { length } = this.#unit;
    return keyEnd - keyStart > length && bytes.compare(this.#unit, 0, length, keyStart, keyStart + length) === 0;
  }

  #isOfFact(): boolean {
    const { bytes, keyStart, keyEnd } = this.#rows;
    return bytes.compare(this.#fact, 0, this.#fact.length, keyStart + this.#unit.length, keyEnd) === 0;
  }

  #takeSide(): void {
    const { bytes, payloadStart, payloadEnd } = this.#rows;
    const value = Buffer.from(bytes.subarray(payloadStart + 1, payloadEnd));
    if (bytes[payloadStart] === FROM) this.from = value;
    else this.to = value;
    this.#hasRow = this.#rows.next();
  }
}

/** Where the names of the unit end. */
function unitEnd(bytes: Buffer, start: number, end: number): number {
  let at = start + 1;
  while (bytes[at] !== END_OF_UNIT[0] || bytes[at + 1] !== END_OF_UNIT[1]) at = partEnd(bytes, at, end);
  return at + END_OF_UNIT.length;
}
