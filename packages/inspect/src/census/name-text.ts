import type { Owner } from '@ekv/adapter';
import { writeAddress } from '@ekv/core';

/** What of a long name is shown, bytes. */
const SHOWN = 1024;
const CONTINUES = 0x80;
const PREFIX = 'redis/';

/** A name as one line of printable text, as in addresses. A long one is cut, and its length told. */
export function nameText(name: Uint8Array): string {
  const text = writeAddress({ adapter: 'redis', key: Buffer.from(beginningOf(name)) }).slice(PREFIX.length);
  return name.length > SHOWN ? `${text}... (${name.length} bytes)` : text;
}

/** The address of an owner, in which long names are cut. */
export function addressText(owner: Owner): string {
  const { scope, key, sortKey } = owner;
  const bytes = (scope?.length ?? 0) + (key?.length ?? 0) + (sortKey?.length ?? 0);
  if (bytes <= SHOWN) return writeAddress(owner);
  const cut = (name: Buffer | undefined) => name && Buffer.from(beginningOf(name));
  return `${writeAddress({ ...owner, scope: cut(scope), key: cut(key), sortKey: cut(sortKey) })}... (${bytes} bytes)`;
}

/** Without the part of a character at its end. */
function beginningOf(name: Uint8Array): Uint8Array {
  if (name.length <= SHOWN) return name;
  let end = SHOWN;
  while (end > SHOWN - 4 && (name[end]! & 0xc0) === CONTINUES) end--;
  return name.subarray(0, end);
}
