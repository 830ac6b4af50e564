import type { RowError, SnapshotFormatError } from '../errors.ts';
import { printable } from '../printable.ts';
import { CUT_END, DAMAGED_ENTRIES, type Damage, type DamageKind, UNREADABLE_BYTES, WRONG_CHECKSUM } from './damage.ts';
import { OffsetSet } from './offset-set.ts';
import type { ReadableEntries } from './readable-entries.ts';

/** A part of the file that cannot be read. */
export interface UnreadableStretch {
  readonly end: number;
  /** Length in bytes of the encoded key at its start when that can be read; else 0. */
  readonly keyLength: number;
}

/**
 * What readers of one damaged file pass over. The first pass over the file finds it, and all later ones pass over the
 * same.
 */
export class Salvage {
  readonly damage: Damage;
  readonly #stretches = new Map<number, UnreadableStretch>();
  readonly #leftOut = new OffsetSet();
  #isCopy = false;
  #hasWrongChecksum = false;
  /** The pass that finds damage; gone when it is over. */
  #readable: ReadableEntries | undefined;

  constructor(damage: Damage) {
    this.damage = damage;
  }

  beginCheck(readable: ReadableEntries): void {
    this.#readable = readable;
  }

  endCheck(): void {
    this.#readable = undefined;
  }

  /** From now on offsets are those of a copy, in which only readable entries are. */
  moveToCopy(): void {
    this.#isCopy = true;
    this.#stretches.clear();
    this.#leftOut.clear();
  }

  stretchAt(offset: number): UnreadableStretch | undefined {
    return this.#stretches.get(offset);
  }

  /** The entry at `offset` cannot be read. @param above the last encoded key before it. @param end of the file. */
  addStretch(error: SnapshotFormatError, offset: number, keyLength: number, above: Buffer, end: number): void {
    const resumed = this.#readable!.find(offset + 1, above) ?? end;
    this.#stretches.set(offset, { end: resumed, keyLength });
    this.damage.add(UNREADABLE_BYTES, () => error.message, resumed - offset);
  }

  /** The last few bytes of the file are no entry. */
  addTail(error: SnapshotFormatError, offset: number, end: number, kind: 'checksum' | 'cut'): void {
    this.#stretches.set(offset, { end, keyLength: 0 });
    this.#hasWrongChecksum = kind === 'checksum';
    if (kind === 'checksum') this.damage.add(WRONG_CHECKSUM, () => error.message);
    else this.damage.add(UNREADABLE_BYTES, () => error.message, end - offset);
  }

  /** The value of an entry, otherwise whole, cannot be used. Later passes meet it again. */
  addEntry(error: SnapshotFormatError): void {
    if (this.#readable !== undefined) this.damage.add(DAMAGED_ENTRIES, () => error.message);
  }

  /** An entry that stands right before damage: its length may be what is wrong. */
  addSuspect(path: string, offset: number, key: Uint8Array): void {
    if (!this.#leftOut.add(offset)) return;
    const example = () => `${path}: entry at offset ${offset}, key ${printable(key)}: its length leads to no entry`;
    this.damage.add(DAMAGED_ENTRIES, example);
  }

  /** The file has no checksum, and should have one. */
  addCutEnd(path: string): void {
    if (!this.#hasWrongChecksum) this.damage.add(CUT_END, () => path);
  }

  /** Leaves a row out of all further walks. */
  addRow({ message, offset, key, rule }: RowError, kind: DamageKind): void {
    if (!this.#leftOut.add(offset)) return;
    this.damage.add(kind, () => (this.#isCopy ? `key ${printable(key)}: ${rule}` : message));
  }

  isLeftOut(offset: number): boolean {
    return this.#leftOut.has(offset);
  }
}
