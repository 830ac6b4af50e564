import type { Owner, RowOwners } from '@ekv/adapter';
import { UsageError } from '@ekv/snapshot';
import { didYouMean } from '@ekv/snapshot/arguments';
import { ADAPTERS } from '../adapters/adapters.ts';
import { ADAPTER_NAMES } from '../run/adapter-list.ts';

/** The address of an owner: one line of printable text. docs/format/13-selection.md, section 1. */
export function writeAddress(owner: Owner): string {
  return ownersOf(owner.adapter)!.writeAddress(owner);
}

/** Of an address; a longer one fills more than a screen. */
const MOST_LETTERS = 400;

/** An address for messages and lines that people read: a key can be of a megabyte. */
export function shownAddress(address: string): string {
  return address.length <= MOST_LETTERS ? address : `${address.slice(0, MOST_LETTERS)}... (${address.length} letters)`;
}

/** The owner at an address. Throws UsageError. */
export function readAddress(text: string): Owner {
  const slash = text.indexOf('/');
  const name = slash === -1 ? text : text.slice(0, slash);
  const owners = ownersOf(name);
  if (owners === undefined) throw new UsageError(noAdapter(name, text));
  return owners.readAddress(text);
}

/** The owners of the adapter with that name. */
export function ownersOf(name: string): RowOwners | undefined {
  return ADAPTERS.find((adapter) => adapter.name === name)?.owners;
}

function noAdapter(name: string, address: string): string {
  const names: readonly string[] = ADAPTER_NAMES;
  return `the address ${shown(address)} must begin with ${names.map((one) => `${one}/`).join(', ')}${didYouMean(name, names)}`;
}

const LONGEST_SHOWN = 120;

function shown(text: string): string {
  return JSON.stringify(text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}...` : text);
}
