import type { RowOwner } from '@ekv/adapter';
import type { Warn } from '@ekv/snapshot';
import type { RowFate } from './chosen-owners.ts';
import { HeldScopes } from './held-scopes.ts';
import { KnownScopes } from './known-scopes.ts';
import type { Selection } from './selection.ts';
import { tellOfUnmatched } from './unmatched.ts';

/** Keeps account of the rows that a selection takes: of which scopes something stays, and whether there was anything at all. */
export class TakenOwners {
  readonly #selection: Selection;
  readonly #held: HeldScopes;
  readonly #known = new KnownScopes();
  #hasAny = false;

  constructor(selection: Selection) {
    this.#selection = selection;
    this.#held = new HeldScopes(selection);
  }

  /** A row, with what becomes of it. */
  add(fate: RowFate, owner: RowOwner | undefined): void {
    if (owner === undefined) return;
    this.#known.add(owner);
    if (fate === 'unit') {
      this.#held.add(owner);
      this.#hasAny = true;
    } else if (fate === 'scope' && !this.#hasAny) this.#hasAny = this.#held.has(owner);
  }

  /** Whether a row about a scope stays: its scope does, as a whole, or because something in it does. To be asked when all rows were added. */
  holds(owner: RowOwner): boolean {
    return this.#held.has(owner);
  }

  /** To be called when all rows were added. Throws UsageError when nothing was taken. @param place name of what was looked at, for people. */
  finish(place: string, warn: Warn): void {
    tellOfUnmatched(this.#selection, { hasUnits: this.#hasAny, known: this.#known, place }, warn);
  }
}
