import type { Warn, Warning } from '@ekv/snapshot';

/** Warnings of one kind that are given one by one; what is beyond is counted. */
const SINGLE_WARNINGS = 20;

/** Warnings of one kind: the first ones with their place, then a count. */
export class ListedWarnings {
  readonly #warn: Warn;
  readonly #event: string;
  readonly #rest: string;
  readonly #loss: boolean;
  #count = 0;

  /** @param rest what to say of those that are not given one by one. @param loss see {@link Warning.loss}. */
  constructor(warn: Warn, event: string, rest: string, loss: boolean) {
    this.#warn = warn;
    this.#event = event;
    this.#rest = rest;
    this.#loss = loss;
  }

  add(message: string, fields: Warning['fields']): void {
    this.#count++;
    if (this.#count > SINGLE_WARNINGS) return;
    this.#warn({ event: this.#event, message, fields, loss: this.#loss });
  }

  finish(): void {
    if (this.#count <= SINGLE_WARNINGS) return;
    const fields = { count: this.#count, shown: SINGLE_WARNINGS };
    this.#warn({ event: this.#event, message: this.#rest, fields, loss: this.#loss });
  }
}
