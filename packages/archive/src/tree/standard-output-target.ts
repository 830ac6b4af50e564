import type { ByteSink } from '@ekv/snapshot';
import { StandardOutput } from '../pack/standard-output.ts';
import type { ArchiveTarget } from './archive-target.ts';

/**
 * An archive that goes to standard output as it comes. One that is abandoned has no end, by which whoever reads it knows that it is
 * not whole.
 */
export class StandardOutputTarget implements ArchiveTarget {
  readonly #output: StandardOutput = new StandardOutput();
  readonly replacedOther = false;
  #isClosed = false;

  get sink(): ByteSink {
    return this.#output;
  }

  publish(): void {
    this.abandon();
  }

  abandon(): void {
    if (!this.#isClosed) this.#output.close();
    this.#isClosed = true;
  }
}
