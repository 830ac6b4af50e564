import { locatedRows } from '@ekv/adapter';
import { ArgumentError, printable, type RowSource } from '@ekv/snapshot';

/** Elements of the key at hand, which can be walked over once, for as long as it is at hand. */
export class LentElements<Element> {
  readonly #source: RowSource;
  readonly #key: Uint8Array;
  readonly #walk: () => Generator<Element>;
  #state: 'lent' | 'read' | 'taken back' = 'lent';

  /** @param walk over the elements; called once at most. Its errors about rows are located. */
  constructor(source: RowSource, key: Uint8Array, walk: () => Generator<Element>) {
    this.#source = source;
    this.#key = key;
    this.#walk = walk;
  }

  /** Ends the time in which they can be read. */
  takeBack(): void {
    this.#state = 'taken back';
  }

  *[Symbol.iterator](): Generator<Element> {
    if (this.#state === 'read') throw this.#unreadable('they were read before, which can be done once');
    this.#checkLent();
    this.#state = 'read';
    for (const element of locatedRows(this.#source, this.#walk())) {
      yield element;
      this.#checkLent();
    }
  }

  #checkLent(): void {
    if (this.#state === 'taken back') throw this.#unreadable('the next key was asked for');
  }

  #unreadable(why: string): ArgumentError {
    const key = printable(this.#key);
    return new ArgumentError(`the elements of ${key} cannot be read: ${why}; keep them before, as by [...value]`);
  }
}

/** {@link LentElements} whose number is known. */
export class CountedElements<Element> extends LentElements<Element> {
  readonly size: number;

  constructor(source: RowSource, key: Uint8Array, size: number, walk: () => Generator<Element>) {
    super(source, key, walk);
    this.size = size;
  }
}
