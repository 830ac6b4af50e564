import type { ByteWindow } from '../format/byte-window.ts';
import {
  FLAG_TOMBSTONE,
  FOOTER_BYTES,
  isOperationalKey,
  KEY_CAP,
  LENGTH_BYTES,
  TIMESTAMP_BYTES,
  VALUE_CAP,
  VALUE_HEADER_BYTES,
} from '../format/constants.ts';

/** What stands before and at the start of a key: the upper bytes of its length, and how all keys of elastickv begin. */
const BEGINNINGS = [Buffer.from('\0\0\0\0\0!', 'latin1'), Buffer.from('\0\0\0\0\0_meta_', 'latin1')];
const BEGINNING_AT = 3;
const BLOCK = 1 << 20;
/** Blocks overlap by that much, so that no beginning is cut. */
const OVERLAP = 16;

/** Entries and bytes that must follow; chunks of objects, which can hold pieces of other snapshots, are smaller. */
const ENOUGH_ENTRIES = 4096;
const ENOUGH_BYTES = 4 << 20;
/** So many make the end of a file that is cut believable. */
const FEW_ENTRIES = 16;
/** Entries that are followed in one file; hostile files would have any number. */
const MOST_FOLLOWED = 1 << 24;

/**
 * Finds where entries can be followed again after damage (docs/format/01-snapshot.md, section 5.1).
 *
 * A body can hold a piece of another snapshot. So entries count only when they go on where the ones before the damage ended:
 * each key above the one before, up to the end of the file or for longer than a body is.
 */
export class ReadableEntries {
  readonly #open: (start: number, bufferBytes: number) => ByteWindow;
  #followed = 0;

  /** @param open gives a window on the file from an offset on. */
  constructor(open: (start: number, bufferBytes: number) => ByteWindow) {
    this.#open = open;
  }

  /** Offset of the first such entry at `from` or after it. @param above the last encoded key before the damage. */
  find(from: number, above: Buffer): number | undefined {
    const window = this.#open(from, BLOCK);
    while (window.left > OVERLAP && window.need(Math.min(window.left, BLOCK))) {
      const block = window.bytes.subarray(window.at, window.at + Math.min(window.left, BLOCK));
      for (let at = nextBeginning(block, 0); at !== -1; at = nextBeginning(block, at + 1)) {
        if (at >= BEGINNING_AT && this.#isFollowed(window.offset + at - BEGINNING_AT, above))
          return window.offset + at - BEGINNING_AT;
      }
      if (block.length === window.left || this.#followed > MOST_FOLLOWED) return undefined;
      window.at += block.length - OVERLAP;
    }
    return undefined;
  }

  #isFollowed(start: number, above: Buffer): boolean {
    const window = this.#open(start, 1 << 16);
    let previous = above;
    for (let entries = 0; ; entries++) {
      if (entries >= ENOUGH_ENTRIES && window.offset - start >= ENOUGH_BYTES) return true;
      if (entries > 0 && (window.left === 0 || window.left === FOOTER_BYTES)) return true;
      if (this.#followed++ > MOST_FOLLOWED) return false;
      const entry = readEntry(window, entries === 0 ? 'plain header' : 'any header');
      if (entry === undefined || entry.key.compare(previous) < 0) return false;
      if (entry.isCut) return entries >= FEW_ENTRIES;
      previous = entry.key;
    }
  }
}

function nextBeginning(block: Buffer, from: number): number {
  let next = -1;
  for (const beginning of BEGINNINGS) {
    const at = block.indexOf(beginning, from);
    if (at !== -1 && (next === -1 || at < next)) next = at;
  }
  return next;
}

/**
 * Passes over one entry; `undefined` for what can be none. `isCut`: its value goes on after the end of the file.
 *
 * @param header of the value: later entries may be damaged there.
 */
function readEntry(
  window: ByteWindow,
  header: 'plain header' | 'any header',
): { readonly key: Buffer; readonly isCut: boolean } | undefined {
  const keyLength = lengthAt(window, 0, KEY_CAP);
  if (keyLength === undefined || keyLength < TIMESTAMP_BYTES) return undefined;
  const valueAt = LENGTH_BYTES + keyLength;
  const valueLength = lengthAt(window, valueAt, VALUE_CAP);
  if (valueLength === undefined) return undefined;
  const keyStart = window.at + LENGTH_BYTES;
  const key = Buffer.from(window.bytes.subarray(keyStart, keyStart + keyLength));
  const total = valueAt + LENGTH_BYTES + valueLength;
  const isCut = total > window.left;
  const mustBePlain = header === 'plain header' && !isCut && !isOperationalKey(key, 0, key.length);
  if (mustBePlain && !hasPlainHeader(window, valueAt, valueLength)) return undefined;
  if (!isCut) window.pass(total);
  return { key, isCut };
}

function lengthAt(window: ByteWindow, at: number, cap: number): number | undefined {
  if (!window.need(at + LENGTH_BYTES)) return undefined;
  const field = window.at + at;
  if (window.bytes.readUInt32LE(field + 4) !== 0) return undefined;
  const length = window.bytes.readUInt32LE(field);
  return length > cap ? undefined : length;
}

/** No writer sets the expiry of a value header, so anything else would rather be no value. */
function hasPlainHeader(window: ByteWindow, valueAt: number, valueLength: number): boolean {
  if (valueLength < VALUE_HEADER_BYTES) return false;
  if (!window.need(valueAt + LENGTH_BYTES + VALUE_HEADER_BYTES)) return false;
  const value = window.at + valueAt + LENGTH_BYTES;
  const { bytes } = window;
  return bytes[value]! <= FLAG_TOMBSTONE && bytes.readUInt32LE(value + 1) === 0 && bytes.readUInt32LE(value + 5) === 0;
}
