import type { AdapterName } from '../tree-facts.ts';
import { KeyPart } from './key-part.ts';
import type { Owner, RowRole, UnitKind } from './owner.ts';

/** How a generation stands in a key. */
type GenerationForm = 'u64' | 'digits';

/**
 * Whose the row at hand is. One is made for a walk and filled row after row by {@link RowOwners.find}, so that nothing is allocated for
 * a row of which nobody asks a name. What it says holds until the next row, names stay.
 */
export class RowOwner {
  adapter: AdapterName = 'redis';
  /** Prefix of the row's key. */
  family = '';
  role: RowRole = 'value';
  /** Of the unit; `undefined` for rows of a scope, and where the row does not tell: an expiry row stands for any type of Redis key. */
  kind: UnitKind | undefined;
  /**
   * The value says which unit it is: see {@link RowOwners.findInValue}. Until then, and of a deletion, the names are what the key alone tells,
   * which may be the scope and no more.
   */
  isInValue = false;
  readonly scopePart: KeyPart = new KeyPart();
  readonly keyPart: KeyPart = new KeyPart();
  readonly sortKeyPart: KeyPart = new KeyPart();
  #bytes: Buffer | undefined;
  #generationStart = 0;
  #generationEnd = 0;
  #generationForm: GenerationForm = 'u64';

  /** Begins a row that has no names yet. */
  begin(adapter: AdapterName, family: string): void {
    this.adapter = adapter;
    this.family = family;
    this.role = 'value';
    this.kind = undefined;
    this.isInValue = false;
    this.scopePart.clear();
    this.keyPart.clear();
    this.sortKeyPart.clear();
    this.#bytes = undefined;
  }

  setGeneration(form: GenerationForm, bytes: Buffer, start: number, end: number): void {
    this.#generationForm = form;
    this.#bytes = bytes;
    this.#generationStart = start;
    this.#generationEnd = end;
  }

  /** Of the table, bucket or queue that the row is of; `undefined` where the key has none. Valid while the row's bytes are. */
  get generation(): bigint | undefined {
    const bytes = this.#bytes;
    if (bytes === undefined) return undefined;
    if (this.#generationForm === 'u64') return bytes.readBigUInt64BE(this.#generationStart);
    return BigInt(bytes.toString('latin1', this.#generationStart, this.#generationEnd));
  }

  /** Name of the table, bucket or queue. */
  get scope(): Buffer | undefined {
    return this.scopePart.name();
  }

  /** Name of the unit, as {@link Owner} has it. */
  get key(): Buffer | undefined {
    return this.keyPart.name();
  }

  get sortKey(): Buffer | undefined {
    return this.sortKeyPart.name();
  }

  /** The row's owner, to keep. */
  owner(): Owner {
    const { adapter, scope, key, sortKey } = this;
    return { adapter, scope, key, sortKey };
  }

  /** Whether the row is of this owner: of the unit, or of anything in the scope, or in the whole adapter. */
  isOf({ adapter, scope, key, sortKey }: Owner): boolean {
    if (adapter !== this.adapter || (scope !== undefined && !isSame(scope, this.scope))) return false;
    return key === undefined || (isSame(key, this.key) && isSame(sortKey, this.sortKey));
  }
}

function isSame(a: Buffer | undefined, b: Buffer | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && a.equals(b));
}
