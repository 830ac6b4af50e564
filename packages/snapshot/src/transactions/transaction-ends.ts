import type { AddedVersions } from './added-versions.ts';
import type { ProvenByOthers, ProvenTransaction, TakeProven } from './proven-by-others.ts';
import type { TransactionFindings } from './transaction-findings.ts';
import type { TakeTransactions, TransactionId } from './transaction-table.ts';
import type { TransactionInputs } from './version-cursor.ts';
import type { VersionLookup } from './version-lookup.ts';

interface Parts {
  readonly added: AddedVersions;
  readonly findings: TransactionFindings;
  readonly proven: ProvenByOthers;
  readonly lookup: VersionLookup;
  readonly inputs: TransactionInputs;
}

/**
 * Says of each transaction how it ended: by its record, else by what became of the keys that it has left. The latter is known only
 * after all questions were answered, so those transactions come a second time, from {@link ProvenByOthers}.
 */
export class TransactionEnds implements TakeTransactions, TakeProven {
  readonly #parts: Parts;
  #transaction: TransactionId | undefined;
  #record: { readonly committedAt: bigint | undefined } | undefined;
  #hasLeft = false;
  #held = 0;
  #holdsPrimary = false;
  /** Transactions that still hold a key. */
  committed = 0;
  rolledBack = 0;
  undecided = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  begin(transaction: TransactionId): void {
    this.#transaction = transaction;
    this.#record = undefined;
    this.#hasLeft = false;
    this.#held = 0;
    this.#holdsPrimary = false;
  }

  commit(at: bigint): void {
    this.#record = { committedAt: at };
  }

  rollback(): void {
    this.#record ??= { committedAt: undefined };
  }

  left(key: Buffer, endedAt: bigint): void {
    if (this.#record !== undefined) return;
    const { proven, lookup } = this.#parts;
    if (!this.#hasLeft) proven.begin();
    this.#hasLeft = true;
    proven.ask(lookup, key, endedAt);
  }

  held(key: Buffer): void {
    const { primary, start } = this.#transaction!;
    this.#held++;
    if (this.#record === undefined) {
      this.#holdsPrimary ||= key.equals(primary);
      if (this.#hasLeft) this.#parts.proven.held(key);
      return;
    }
    if (this.#record.committedAt !== undefined) this.#parts.added.commit(key, start, this.#record.committedAt);
  }

  end(): void {
    if (this.#record !== undefined) this.#count(this.#held, this.#record.committedAt);
    else if (!this.#hasLeft) this.undecided++;
    else this.#parts.proven.about({ ...this.#transaction!, holdsPrimary: this.#holdsPrimary, held: this.#held });
  }

  heldByProven({ start }: TransactionId, committedAt: bigint, key: Buffer): void {
    this.#parts.added.commit(key, start, committedAt);
  }

  endOfProven(transaction: ProvenTransaction): void {
    const { committedAt, held, holdsPrimary, primary } = transaction;
    this.#count(held, committedAt);
    const isTorn = committedAt !== undefined && !holdsPrimary && this.#parts.inputs.isMissing?.(primary) !== true;
    if (isTorn) this.#parts.findings.addTorn(transaction, committedAt);
  }

  #count(held: number, committedAt: bigint | undefined): void {
    if (held === 0) return;
    if (committedAt === undefined) this.rolledBack++;
    else this.committed++;
  }
}
