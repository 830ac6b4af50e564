import { createHash } from 'node:crypto';
import type { AdapterName, RowOwner } from '@ekv/adapter';
import type { Selection } from './selection.ts';

const DIGEST_BYTES = 6;

/**
 * The scopes of which something is taken, as digests: there may be a scope for each item. Two that share one, of 2^48, would only have a scope stand there
 * without anything in it.
 */
export class HeldScopes {
  readonly #selection: Selection;
  readonly #digests = new Set<number>();
  #lastAdapter: AdapterName | undefined;
  #lastScope: Buffer | undefined;

  constructor(selection: Selection) {
    this.#selection = selection;
  }

  /** A unit in it is taken. */
  add({ adapter, scope }: RowOwner): void {
    if (scope === undefined || (scope === this.#lastScope && adapter === this.#lastAdapter)) return;
    this.#lastScope = scope;
    this.#lastAdapter = adapter;
    this.#digests.add(digestOf(adapter, scope));
  }

  /** Whether it stays: as a whole, or because something in it does. */
  has(owner: RowOwner): boolean {
    const { adapter, scope } = owner;
    if (scope !== undefined && this.#digests.has(digestOf(adapter, scope))) return true;
    return this.#selection.takes({ adapter, scope });
  }
}

function digestOf(adapter: AdapterName, scope: Buffer): number {
  return createHash('sha256').update(`${adapter}/`).update(scope).digest().readUIntBE(0, DIGEST_BYTES);
}
