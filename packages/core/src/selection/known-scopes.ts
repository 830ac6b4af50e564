import type { Owner } from '@ekv/adapter';
import { nearest } from '@ekv/snapshot/arguments';
import { writeAddress } from '../owners/addresses.ts';

/** More are not remembered: they are only there to be told. */
const MOST_SCOPES = 1000;
const LONGEST_ADDRESS = 200;
const SHOWN = 5;

/** Addresses of the scopes that were seen, as far as they are of use in a message. */
export class KnownScopes {
  readonly #addresses = new Set<string>();
  #last: Buffer | undefined;

  add({ adapter, scope }: Pick<Owner, 'adapter' | 'scope'>): void {
    if (scope !== undefined && scope === this.#last) return;
    this.#last = scope;
    if (this.#addresses.size >= MOST_SCOPES) return;
    const address = writeAddress({ adapter, scope });
    if (address.length <= LONGEST_ADDRESS) this.#addresses.add(address);
  }

  /** Those that are most like some words, or else the first ones; nothing when none was seen. */
  like(words: readonly string[]): string {
    const all = [...this.#addresses].sort();
    const there = [...new Set(words)].filter((word) => this.#addresses.has(word));
    if (there.length > 0) return `it has ${there.join(', ')}, and nothing in it that is asked for`;
    const near = new Set(words.map((word) => likeIn(word, all)).filter((address) => address !== undefined));
    if (near.size > 0) return `did you mean ${[...near].join(', ')}?`;
    if (all.length === 0) return 'it has none at all';
    const rest = all.length - SHOWN;
    const more = rest > 0 ? ` and ${all.length === MOST_SCOPES ? 'many' : rest} more` : '';
    return `it has ${all.slice(0, SHOWN).join(', ')}${more}`;
  }
}

/** Of the same adapter: its name, which most have in common, makes no two of them alike. */
function likeIn(word: string, all: readonly string[]): string | undefined {
  const adapter = word.slice(0, word.indexOf('/') + 1);
  const names = all.filter((address) => address.startsWith(adapter)).map((address) => address.slice(adapter.length));
  const near = nearest(word.slice(adapter.length), names);
  return near === undefined ? undefined : adapter + near;
}
