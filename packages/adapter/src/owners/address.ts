import { validSequence } from '@ekv/dump-tree';
import { UsageError } from '@ekv/snapshot';
import type { AdapterName } from '../tree-facts.ts';
import type { Owner } from './owner.ts';

/** How the addresses of an adapter are made. docs/format/13-selection.md, section 1. */
export interface AddressForm {
  readonly adapter: AdapterName;
  /** What a scope is called; Redis has none. */
  readonly scope?: string;
  /** What a unit is called. */
  readonly unit: string;
  /** A second name may follow that of the unit. */
  readonly hasSortKey?: boolean;
}

const PERCENT = 0x25;

/** The address of an owner: one line of printable text that {@link readAddress} reads back to the same bytes. */
export function writeAddress(form: AddressForm, { scope, key, sortKey }: Owner): string {
  let text: string = form.adapter;
  if (form.scope !== undefined) {
    if (scope === undefined) return text;
    text += `/${escaped(scope, false)}`;
  }
  if (key === undefined) return text;
  text += `/${escaped(key, !form.hasSortKey)}`;
  return sortKey === undefined ? text : `${text}/${escaped(sortKey, true)}`;
}

/** The owner at an address, which must begin with the adapter's name. Throws UsageError. */
export function readAddress(form: AddressForm, text: string): Owner {
  const { adapter } = form;
  if (text !== adapter && !text.startsWith(`${adapter}/`))
    throw new UsageError(`the address ${shown(text)} must begin with ${adapter}/`);
  let at = adapter.length + 1;
  const next = (isLast: boolean): Buffer | undefined => {
    if (at > text.length) return undefined;
    const slash = isLast ? -1 : text.indexOf('/', at);
    const end = slash === -1 ? text.length : slash;
    const part = text.slice(at, end);
    at = end + 1;
    return unescaped(part, text);
  };
  const scope = form.scope === undefined ? undefined : next(false);
  const key = next(!form.hasSortKey);
  const sortKey = form.hasSortKey ? next(true) : undefined;
  return { adapter, scope, key, sortKey };
}

const IS_PLAIN = /^[ -$&-.0-~]*$/;
/** Of characters beyond ASCII: what a terminal acts on or draws nothing for, and what is no character. */
const IS_HIDDEN = /[\p{C}\p{Z}]/u;
/** Bytes of ASCII as they are, all others and the escape itself as `%HH`. */
const SHOWN: readonly string[] = Array.from({ length: 256 }, (_, byte) =>
  byte >= 0x20 && byte < 0x7f && byte !== PERCENT
    ? String.fromCharCode(byte)
    : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`,
);

/** @param keepsSlash `/` stays as it is. */
function escaped(bytes: Buffer, keepsSlash: boolean): string {
  const text = bytes.toString('latin1', 0, Math.min(bytes.length, LONGEST_LOOK));
  if (bytes.length <= LONGEST_LOOK && IS_PLAIN.test(text)) return text;
  const shownText = escapedText(bytes);
  return keepsSlash ? shownText : shownText.replaceAll('/', '%2F');
}

/** Names are short; longer ones are not looked at for being plain. */
const LONGEST_LOOK = 1 << 12;

function escapedText(bytes: Buffer): string {
  let text = '';
  for (let at = 0; at < bytes.length; ) {
    const length = validSequence(bytes, at, bytes.length);
    if (length > 1) {
      const character = bytes.toString('utf8', at, at + length);
      if (!IS_HIDDEN.test(character)) text += character;
      else for (let i = at; i < at + length; i++) text += SHOWN[bytes[i]!]!;
    } else text += SHOWN[bytes[at]!]!;
    at += length || 1;
  }
  return text;
}

/** A part of an address as {@link writeAddress} spells it: `%61` is `a`, `%c3%a9` is `é`. `/` and `%2F` stay what they are. Throws UsageError. */
export function respelled(part: string): string {
  return part
    .split('/')
    .map((name) =>
      name
        .split(/%2f/i)
        .map((piece) => escapedText(unescaped(piece, part)))
        .join('%2F'),
    )
    .join('/');
}

function unescaped(part: string, address: string): Buffer {
  if (!part.isWellFormed()) throw new UsageError(`the address ${shown(address)} holds half a character`);
  const bytes = Buffer.from(part);
  let to = bytes.indexOf(PERCENT);
  if (to === -1) return bytes;
  for (let from = to; from < bytes.length; to++) {
    const byte = bytes[from++]!;
    bytes[to] = byte === PERCENT ? byteOf(bytes.toString('latin1', from, from + 2), address) : byte;
    if (byte === PERCENT) from += 2;
  }
  return bytes.subarray(0, to);
}

function byteOf(digits: string, address: string): number {
  if (/^[0-9A-Fa-f]{2}$/.test(digits)) return Number.parseInt(digits, 16);
  throw new UsageError(`in the address ${shown(address)} two hex digits must follow each %; % itself is %25`);
}

const LONGEST_SHOWN = 120;

function shown(address: string): string {
  return JSON.stringify(address.length > LONGEST_SHOWN ? `${address.slice(0, LONGEST_SHOWN)}...` : address);
}
