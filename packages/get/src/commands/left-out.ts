import { shownAddress } from '@ekv/core';
import type { Warn } from '@ekv/snapshot';

/** Why something cannot be put into a form. */
export interface LeftOutKind {
  /** What, in the plural. */
  readonly name: string;
  readonly rule: string;
}

/** What a form cannot hold: counted by kind, told once each. */
export class LeftOut {
  readonly #kinds = new Map<LeftOutKind, { count: number; readonly example: string }>();

  add(kind: LeftOutKind, address: string): void {
    const seen = this.#kinds.get(kind);
    if (seen === undefined) this.#kinds.set(kind, { count: 1, example: shownAddress(address) });
    else seen.count++;
  }

  /** A warning for each kind. */
  report(warn: Warn): void {
    for (const [{ name, rule }, { count, example }] of this.#kinds)
      warn({
        event: 'get_left_out',
        message: `${count} ${name} were left out, for example of ${example}: ${rule}`,
        fields: { count, example },
        loss: true,
      });
  }
}
