import type { DynamodbJsonl, TableParts } from '@ekv/adapter';
import type { Problems } from '@ekv/dump-tree';
import { DataError, type Findings } from '@ekv/snapshot';
import { EDITED } from '../sense/finding-kinds.ts';

const NOTHING: TableParts = { parts: 0n, items: 0n };

/** Holds what was read of each table against what the manifest says: a part that was lost must not pass. Section 11.4. */
export class JsonlTables {
  readonly #told: ReadonlyMap<string, TableParts>;
  readonly #seen = new Set<string>();
  readonly #differs: (message: string) => void;

  /** @param acceptEdited what differs is a finding, and no problem. */
  constructor({ tables }: DynamodbJsonl, acceptEdited: boolean, problems: Problems, findings: Findings) {
    this.#told = tables;
    this.#differs = acceptEdited
      ? (message) => findings.add(EDITED, () => message)
      : (message) =>
          problems.add(
            new DataError(
              `${message}; put back what is missing, or take the table as it is with the option acceptEdited`,
            ),
          );
  }

  /** For a table with a problem of its own: what was read of it says nothing. @param folder name of the table's folder. */
  passOver(folder: string): void {
    this.#seen.add(folder);
  }

  /** @param folder name of the table's folder, a byte string. @param shown for people. */
  read(folder: string, shown: string, found: TableParts): void {
    this.#seen.add(folder);
    const told = this.#told.get(folder);
    if (told === undefined) return this.#differs(`${shown}: the manifest does not name this table`);
    if (told.parts === found.parts && told.items === found.items) return;
    this.#differs(`${shown} holds ${inWords(found)}, but the manifest says ${inWords(told)}`);
  }

  /** To be called after the last table. @param display makes the name of a folder one for people. */
  end(display: (folder: string) => string): void {
    for (const [folder, told] of this.#told) {
      if (!this.#seen.has(folder)) this.#differs(`${display(folder)} is missing, the manifest says ${inWords(told)}`);
    }
  }
}

function inWords({ parts, items }: TableParts = NOTHING): string {
  return `${items} ${items === 1n ? 'item' : 'items'} in ${parts} ${parts === 1n ? 'file' : 'files'}`;
}
