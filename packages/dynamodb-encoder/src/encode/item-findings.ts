import type { Warn } from '@ekv/snapshot';

/** What an operator should know of items that are encoded all the same. */
export class ItemFindings {
  #misnamed = 0;
  #misnamedExample = '';
  #unservable = 0;
  #unservableExample = '';

  /** An item that lies elsewhere than decode would put it. @param path for people. */
  addMisnamed(path: string, wanted: string): void {
    if (this.#misnamed++ === 0) this.#misnamedExample = `${path} (decode writes ${wanted})`;
  }

  /** An item that a server accepts and then cannot serve. @param why one part of a sentence. */
  addUnservable(path: string, attribute: string, why: string): void {
    if (this.#unservable++ === 0) this.#unservableExample = `${path}, attribute ${JSON.stringify(attribute)}: ${why}`;
  }

  report(warn: Warn): void {
    if (this.#misnamed > 0) {
      warn({
        event: 'ddb_misnamed_items',
        message: `items lie elsewhere than decode puts them, for example ${this.#misnamedExample}; they were encoded by their content`,
        fields: { count: this.#misnamed },
      });
    }
    if (this.#unservable === 0) return;
    warn({
      event: 'ddb_unservable_items',
      message: `items that no server can serve: a Scan of their table fails or comes back empty, for example ${this.#unservableExample}`,
      fields: { count: this.#unservable },
      loss: true,
    });
  }
}
