import { DataError } from '../errors.ts';

/**
 * A part of an SST file that breaks a rule of docs/format/01-snapshot.md, section 3.7. It knows the rule, not its place; whoever
 * reads the file says that.
 */
export class TableError extends DataError {
  static override readonly brand: string = 'TableError';

  /** False for what is whole, but of a form that is not read. */
  readonly isDamage: boolean;

  constructor(rule: string, kind: 'damage' | 'form' = 'damage') {
    super(rule);
    this.isDamage = kind === 'damage';
  }
}
