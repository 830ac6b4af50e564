import { SINGLE_WARNINGS, type Warn } from '@ekv/snapshot';

/** Fields of JSON files that mean nothing: one warning for each name, up to 20: a hostile tree has a new one in every file.
 * docs/format/02-dump-tree.md, section 2.2. */
export class UnknownFields {
  readonly #seen = new Map<string, { count: number; readonly example: string }>();
  #others = 0;

  /** @param position path and line, for people. Asked for only the first time that a name comes. */
  add(name: string, position: () => string): void {
    const seen = this.#seen.get(name);
    if (seen !== undefined) seen.count++;
    else if (this.#seen.size < SINGLE_WARNINGS) this.#seen.set(name, { count: 1, example: position() });
    else this.#others++;
  }

  report(warn: Warn): void {
    for (const [name, { count, example }] of this.#seen) {
      warn({
        event: 'unknown_field',
        message: `the field ${JSON.stringify(name)} means nothing and was ignored, for example in ${example}`,
        fields: { field: name, count },
        loss: true,
      });
    }
    if (this.#others === 0) return;
    warn({
      event: 'unknown_field',
      message: `more fields than those of ${SINGLE_WARNINGS} names mean nothing and were ignored`,
      fields: { count: this.#others },
      loss: true,
    });
  }
}
