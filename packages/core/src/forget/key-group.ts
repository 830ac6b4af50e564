import type { Owner } from '@ekv/adapter';

/** What all versions of one key say together. */
export class KeyGroup {
  /** How many keys the walk opened before it. */
  readonly ordinal: number;
  /** A version of it belongs to what is to go. */
  goes = false;
  owner: Owner | undefined;
  /** An adapter knows the key. */
  isOwned = false;
  /** A version says no more than the scope, as a deletion does. */
  isOfUnknownUnit = false;
  /** A value says the unit. */
  isTold = false;
  /** A version breaks the format of its kind, so that what it holds is not known. */
  isMalformed = false;
  entries = 0;
  bytes = 0;
  /** A lock on this key names the first key of its transaction, whose owner goes. */
  lock: { readonly first: Owner } | undefined;
  /** The newest version is no deletion. */
  isHeld = false;

  constructor(ordinal: number) {
    this.ordinal = ordinal;
  }
}
