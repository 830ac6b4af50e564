import { type EntryReader, OpenKeys } from '@ekv/snapshot';
import type { KeyBits } from './key-bits.ts';

/** Says of entry after entry, as they stand in the snapshot, whether it goes with all versions of its key. */
export class ForgottenWalk {
  readonly #keys: OpenKeys<boolean>;

  constructor(goes: KeyBits) {
    let ordinal = 0;
    this.#keys = new OpenKeys({ open: () => goes.has(ordinal++) });
  }

  readonly goes = ({ bytes, keyStart, keyEnd }: EntryReader): boolean => this.#keys.of(bytes, keyStart, keyEnd);
}
