import { SINGLE_WARNINGS, type Warn, type Warning } from '@ekv/snapshot';

/** What an operator should know of tables whose files are not all that their rows were. docs/format/04-dynamodb.md, sections 5 and 6.6. */
export class DecodeWarnings {
  readonly orphans = new TableWarnings('ddb_orphan_items', { loss: true });
  readonly stale = new TableWarnings('ddb_stale_generation_items', { loss: true });
  readonly colliding = new TableWarnings('ddb_colliding_names', { loss: false });
  readonly equal = new TableWarnings('ddb_equal_keys', { loss: true });

  report(warn: Warn): void {
    for (const warnings of [this.orphans, this.stale, this.colliding, this.equal]) warnings.report(warn);
  }
}

/** Warnings of one kind about tables: one for each of the first tables, then a count. */
class TableWarnings {
  readonly #event: string;
  readonly #loss: boolean;
  readonly #first: Warning[] = [];
  #tables = 0;
  #rows = 0;

  constructor(event: string, { loss }: { readonly loss: boolean }) {
    this.#event = event;
    this.#loss = loss;
  }

  /** @param rows how many rows it is about. */
  add(message: string, rows: number, fields: Warning['fields']): void {
    this.#tables++;
    if (this.#tables > SINGLE_WARNINGS) this.#rows += rows;
    else this.#first.push({ event: this.#event, message, fields, loss: this.#loss });
  }

  report(warn: Warn): void {
    for (const warning of this.#first) warn(warning);
    if (this.#tables <= SINGLE_WARNINGS) return;
    warn({
      event: this.#event,
      message: 'the same in more tables',
      fields: { tables: this.#tables - SINGLE_WARNINGS, rows: this.#rows },
      loss: this.#loss,
    });
  }
}
