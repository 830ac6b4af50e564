import type { Warn, Warning, Weight } from './warning.ts';

/** Warnings of one kind that are given one by one; what is beyond is counted. */
export const SINGLE_WARNINGS = 20;

/** Warnings of one kind that each have something of their own to say: the first ones with their place, then a count. */
export class ListedWarnings {
  readonly #warn: Warn;
  readonly #event: string;
  readonly #rest: string;
  readonly #weight: Weight;
  #count = 0;

  /** @param rest what to say of those that are not given one by one. */
  constructor(warn: Warn, event: string, rest: string, weight: Weight = {}) {
    this.#warn = warn;
    this.#event = event;
    this.#rest = rest;
    this.#weight = weight;
  }

  add(message: string, fields: Warning['fields']): void {
    this.#count++;
    if (this.#count > SINGLE_WARNINGS) return;
    this.#warn({ event: this.#event, message, fields, ...this.#weight });
  }

  finish(): void {
    if (this.#count <= SINGLE_WARNINGS) return;
    const fields = { count: this.#count, shown: SINGLE_WARNINGS };
    this.#warn({ event: this.#event, message: this.#rest, fields, ...this.#weight });
  }
}
