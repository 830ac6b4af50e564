import { ExternalSorter, type ScratchFolder, SMALL_SORT_BYTES } from '@ekv/snapshot';
import type { KeyBits } from './key-bits.ts';

/** What a key has to do with a content, as the last byte of a row in the sort. Those that name it come before those that go with it. */
const NAMES_IT = 0;
const GOES_WITH_IT = 1;

/** What of a key goes with a content. `lock`: it names the content as the first key of its transaction; `held`: one that stands. */
const KINDS = ['content', 'transaction', 'lock', 'held'] as const;
export type GoesWithContent = (typeof KINDS)[number];

/** In place of the key that names a content: it goes whatever names it. */
const NOBODY = -1;
const ORDINAL_BYTES = 8;

/** How many contents there are. */
export interface ContentCounts {
  /** That nothing names any more. */
  readonly gone: number;
  /** That no row has named; they stay. */
  readonly unnamed: number;
}

/** Contents that any number of rows name: one goes with the last row that names it. One that nobody named stays, for its object may be on another node. */
export class ForgottenContents {
  readonly #sorter: ExternalSorter;
  readonly #payload = Buffer.alloc(ORDINAL_BYTES + 1);

  constructor(scratch: ScratchFolder) {
    this.#sorter = new ExternalSorter({ scratch, arenaBytes: SMALL_SORT_BYTES });
  }

  /** A version of the key with this ordinal names the content. */
  addNamed(content: Uint8Array, ordinal: number): void {
    this.#add(content, NAMES_IT, ordinal, 'content');
  }

  /** It goes when nothing that stays names it. */
  addUnwanted(content: Uint8Array): void {
    this.#add(content, NAMES_IT, NOBODY, 'content');
  }

  /** The key with this ordinal goes when the content does. @param key of a lock that is held. */
  addWith(content: Uint8Array, ordinal: number, kind: GoesWithContent, key?: Uint8Array): void {
    this.#add(content, GOES_WITH_IT, ordinal, kind, kind === 'held' ? key : undefined);
  }

  /**
   * Once, after the last key: marks what goes with contents that go.
   *
   * @param goes keys that go. @param refuse is called for a lock that is held.
   */
  resolve(goes: KeyBits, refuse: (key: Buffer) => never): ContentCounts {
    const rows = this.#sorter.sorted();
    let gone = 0;
    let unnamed = 0;
    let named: Buffer | undefined;
    let mayGo = false;
    try {
      while (rows.next()) {
        const { bytes, keyStart, keyEnd, payloadStart, payloadEnd } = rows;
        const content = bytes.subarray(keyStart, keyEnd - 1);
        const ordinal = bytes.readDoubleLE(payloadStart);
        const isSame = named?.equals(content) ?? false;
        if (bytes[keyEnd - 1] === NAMES_IT) {
          if (!isSame) {
            named = Buffer.from(content);
            mayGo = true;
          }
          mayGo &&= ordinal === NOBODY || goes.has(ordinal);
          continue;
        }
        const kind = KINDS[bytes[payloadStart + ORDINAL_BYTES]!]!;
        if (!isSame && kind === 'content') unnamed++;
        if (!isSame || !mayGo || goes.has(ordinal)) continue;
        if (kind === 'held') refuse(bytes.subarray(payloadStart + ORDINAL_BYTES + 1, payloadEnd));
        if (kind === 'content') gone++;
        goes.set(ordinal);
      }
    } finally {
      rows.close();
    }
    return { gone, unnamed };
  }

  /** Lets go of memory and scratch. May be called twice. */
  close(): void {
    this.#sorter.close();
  }

  #add(content: Uint8Array, does: number, ordinal: number, kind: GoesWithContent, key?: Uint8Array): void {
    this.#payload.writeDoubleLE(ordinal);
    this.#payload[ORDINAL_BYTES] = KINDS.indexOf(kind);
    const row = Buffer.concat([content, Buffer.of(does)]);
    if (key === undefined) this.#sorter.add(row, this.#payload);
    else this.#sorter.add(row, this.#payload, key);
  }
}
