import type { Owner, RowOwner } from '@ekv/adapter';
import type { AdapterName } from '@ekv/manifest';
import {
  type CheckedSnapshot,
  DataError,
  type EntryReader,
  ExternalSorter,
  KeyFamilies,
  printable,
  type ScratchFolder,
  SMALL_SORT_BYTES,
} from '@ekv/snapshot';
import { KNOWN_FAMILIES } from '../decode/row-classes.ts';
import { ownersOf, readAddress, shownAddress, writeAddress } from '../owners/addresses.ts';
import { BEFORE_INTENDED, OwnerFinder } from '../owners/owner-finder.ts';
import { ChosenOwners } from '../selection/chosen-owners.ts';
import { KnownScopes } from '../selection/known-scopes.ts';
import type { Selection } from '../selection/selection.ts';
import type { Forgotten, ForgottenSum } from './forget-request.ts';
import { ForgottenWalk, GOES, STAYS } from './forgotten-walk.ts';
import { firstKeyOf, LOCK_ROWS } from './transaction-lock.ts';

/** All versions of one key. */
interface KeyGroup {
  key: Buffer;
  length: number;
  goes: boolean;
  owner: Owner | undefined;
  /** An adapter knows the key. */
  isOwned: boolean;
  /** A deletion does not say which unit of a scope the row is of. */
  isOfUnknownUnit: boolean;
  /** A value says it. */
  isTold: boolean;
  entries: number;
  bytes: number;
  /** Keys of the contents that its versions name. */
  readonly contents: Buffer[];
  /** A lock on this key names the first key of its transaction, whose owner goes. */
  lock: { readonly first: Owner } | undefined;
  /** The newest version is no deletion. */
  isHeld: boolean;
}

const FIRST_BITS = 1 << 16;
const COUNT_BYTES = 16;

/**
 * Which keys of a snapshot go, with all of their versions, when what a selection takes is forgotten. One walk over all entries; memory: a bit for each key,
 * and sorts that spill.
 */
export class ForgottenKeys {
  readonly #path: string;
  readonly #selection: Selection;
  readonly #chosen: ChosenOwners;
  readonly #finder = new OwnerFinder();
  readonly #families = new KeyFamilies(KNOWN_FAMILIES);
  readonly #contents: ExternalSorter;
  readonly #owners: ExternalSorter;
  readonly #payload = Buffer.alloc(COUNT_BYTES);
  readonly known = new KnownScopes();
  #bits: Uint8Array = new Uint8Array(FIRST_BITS / 8);
  #keys = 0;
  #group: KeyGroup = newGroup();
  /** Keys that nobody knows: what they hold is not known either. */
  unowned = 0;
  /** Whether something is to go. */
  hasAny = false;
  readonly #sums = new Map<AdapterName, ForgottenSum>();

  private constructor(path: string, selection: Selection, scratch: ScratchFolder) {
    this.#path = path;
    this.#selection = selection;
    this.#chosen = new ChosenOwners(selection);
    this.#contents = new ExternalSorter({ scratch, arenaBytes: SMALL_SORT_BYTES });
    this.#owners = new ExternalSorter({ scratch, arenaBytes: SMALL_SORT_BYTES });
  }

  /**
   * @param onEntry is called for each entry. @throws SnapshotFormatError for an encrypted entry; DataError for an open transaction that names what is to go and
   *   what is to stay.
   */
  static find(
    source: CheckedSnapshot,
    selection: Selection,
    scratch: ScratchFolder,
    onEntry: (bytes: number) => void,
  ): ForgottenKeys {
    const found = new ForgottenKeys(source.path, selection, scratch);
    try {
      const entries = source.entries();
      while (entries.next()) {
        onEntry(entries.endOffset - entries.offset);
        found.#add(entries);
      }
      found.#finishGroup();
      return found;
    } catch (error) {
      found.close();
      throw error;
    }
  }

  /** What the keys of one walk over the same entries come to; contents that nothing names any more go, too. */
  walk(): ForgottenWalk {
    return new ForgottenWalk(this.#bits, this.#contents.sorted());
  }

  /** Lets go of memory and scratch. May be called twice. */
  close(): void {
    this.#contents.close();
    this.#owners.close();
  }

  /** What goes, ascending by address, each owner once. To be called once. */
  *owners(): Generator<Forgotten> {
    const rows = this.#owners.sorted();
    try {
      let sum: Forgotten | undefined;
      while (rows.next()) {
        const { bytes, keyStart, keyEnd, payloadStart } = rows;
        const address = bytes.toString('utf8', keyStart, keyEnd);
        const entries = bytes.readDoubleLE(payloadStart);
        const size = bytes.readDoubleLE(payloadStart + 8);
        if (sum?.address === address) {
          sum = { ...sum, entries: sum.entries + entries, bytes: sum.bytes + size };
          continue;
        }
        if (sum !== undefined) yield this.#counted(sum);
        sum = { address, adapter: readAddress(address).adapter, entries, bytes: size };
      }
      if (sum !== undefined) yield this.#counted(sum);
    } finally {
      rows.close();
    }
  }

  /** What goes of each adapter; complete when {@link owners} has given all. */
  get sums(): ReadonlyMap<AdapterName, ForgottenSum> {
    return this.#sums;
  }

  #counted(forgotten: Forgotten): Forgotten {
    const { adapter, entries, bytes } = forgotten;
    const sum = this.#sums.get(adapter) ?? { owners: 0, entries: 0, bytes: 0 };
    const { owners } = sum;
    this.#sums.set(adapter, { owners: owners + 1, entries: sum.entries + entries, bytes: sum.bytes + bytes });
    return forgotten;
  }

  #add(entry: EntryReader): void {
    const { bytes, keyStart, keyEnd, valueStart, valueEnd } = entry;
    const group = this.#groupOf(bytes, keyStart, keyEnd);
    group.entries++;
    group.bytes += keyEnd - keyStart + (entry.tombstone ? 0 : valueEnd - valueStart);
    const value = entry.tombstone ? undefined : { bytes, start: valueStart, end: valueEnd };
    const fate = this.#chosen.fateOf(bytes, keyStart, keyEnd, value);
    const owner = this.#chosen.owner;
    if (owner === undefined) return;
    group.isOwned = true;
    this.known.add(owner);
    // Where all of the adapter goes, contents go that nobody names, too; those of an excluded object stay.
    if (fate === 'content' && this.#selection.takes({ adapter: owner.adapter }))
      this.#contents.add(bytes.subarray(keyStart, keyEnd), GOES);
    const goes = fate === 'unit' || (fate === 'scope' && this.#takesAsScope(owner));
    if (goes) {
      group.goes = true;
      group.owner ??= owner.owner();
    } else if (owner.key === undefined && isToldByValue(owner)) {
      group.isOfUnknownUnit = true;
      group.owner ??= owner.owner();
    }
    if (value === undefined) return;
    if (group.entries === 1) group.isHeld = true;
    // A lock, a record, the intent of a deletion say as little of the unit as a deletion does.
    if (owner.role !== 'transaction' || owner.key !== undefined) group.isTold = true;
    const from = owner.role === 'transaction' ? valueStart + BEFORE_INTENDED : valueStart;
    const content = ownersOf(owner.adapter)?.contentKey?.(owner, bytes, from, valueEnd);
    if (content !== undefined) group.contents.push(Buffer.from(content));
    if (owner.role === 'transaction') this.#noteLock(group, bytes, valueStart, valueEnd);
  }

  #takesAsScope({ adapter, scope }: RowOwner): boolean {
    return this.#selection.takesWhole({ adapter, scope });
  }

  /** A lock names the first key of its transaction, which may be somebody else's. */
  #noteLock(group: KeyGroup, bytes: Buffer, start: number, end: number): void {
    const first = firstKeyOf(group.key.subarray(0, group.length), bytes.subarray(start, end));
    if (first === undefined) return;
    const found = this.#finder.findRow(first);
    if (found === undefined) return;
    const owner = found.owner();
    const isUnknown = found.isInValue && owner.key === undefined && this.#selection.mayHold(owner);
    if (isUnknown || this.#selection.takes(owner)) group.lock = { first: owner };
  }

  #groupOf(bytes: Buffer, start: number, end: number): KeyGroup {
    const group = this.#group;
    const length = end - start;
    if (group.entries > 0 && group.length === length && bytes.compare(group.key, 0, length, start, end) === 0)
      return group;
    this.#finishGroup();
    return this.#beginGroup(bytes, start, end);
  }

  #beginGroup(bytes: Buffer, start: number, end: number): KeyGroup {
    const group = this.#group;
    const length = end - start;
    if (group.key.length < length) group.key = Buffer.allocUnsafe(2 * length);
    bytes.copy(group.key, 0, start, end);
    group.length = length;
    group.goes = false;
    group.owner = undefined;
    group.isOwned = false;
    group.isOfUnknownUnit = false;
    group.isTold = false;
    group.entries = 0;
    group.bytes = 0;
    group.contents.length = 0;
    group.lock = undefined;
    group.isHeld = false;
    return group;
  }

  #finishGroup(): void {
    const group = this.#group;
    if (group.entries === 0) return;
    const goes = group.goes || this.#isSuspect(group) || this.#endsWithLock(group);
    for (const content of group.contents) this.#contents.add(content, goes ? GOES : STAYS);
    if (goes) this.#note(group);
    else if (!group.isOwned && this.#families.find(group.key, 0, group.length) === -1) this.unowned++;
    this.#keys++;
    if (this.#keys === this.#bits.length * 8) this.#grow();
  }

  /**
   * Versions that do not say which unit the row is of: deletions, and what transactions keep of it. The key may hold bytes of one that goes, and without them no
   * data comes back.
   */
  #isSuspect(group: KeyGroup): boolean {
    const { isOfUnknownUnit, isTold, owner } = group;
    if (!isOfUnknownUnit || isTold || owner === undefined || !this.#selection.mayHold(owner)) return false;
    if (group.isHeld && isLock(group)) this.#refuseHeld(group, owner);
    return true;
  }

  #endsWithLock(group: KeyGroup): boolean {
    if (group.lock === undefined) return false;
    if (group.isHeld) this.#refuseHeld(group, group.lock.first);
    return true;
  }

  #refuseHeld({ key, length }: KeyGroup, first: Owner): never {
    throw new DataError(
      `${this.#path}: entry key ${printable(key.subarray(0, length))}: an open transaction has locked it, and it or one before has locked ${shownAddress(writeAddress(first))} with it, of which something is to be forgotten; take another snapshot, or decode this one and encode it again, which ends transactions`,
    );
  }

  #note({ owner, lock, entries, bytes }: KeyGroup): void {
    this.hasAny = true;
    this.#bits[this.#keys >> 3]! |= 1 << (this.#keys & 7);
    this.#payload.writeDoubleLE(entries, 0);
    this.#payload.writeDoubleLE(bytes, 8);
    this.#owners.add(Buffer.from(writeAddress(owner ?? lock!.first)), this.#payload);
  }

  #grow(): void {
    const bits = new Uint8Array(this.#bits.length * 2);
    bits.set(this.#bits);
    this.#bits = bits;
  }
}

/** Of a row of which the key alone does not say the unit. */
function isToldByValue({ isInValue, role, adapter, family }: RowOwner): boolean {
  return isInValue || (role === 'transaction' && (ownersOf(adapter)?.valueFamilies.includes(family) ?? false));
}

function isLock({ key }: KeyGroup): boolean {
  return key.toString('latin1', 0, LOCK_ROWS.length) === LOCK_ROWS;
}

function newGroup(): KeyGroup {
  return {
    key: Buffer.alloc(1 << 8),
    length: 0,
    goes: false,
    owner: undefined,
    isOwned: false,
    isOfUnknownUnit: false,
    isTold: false,
    entries: 0,
    bytes: 0,
    contents: [],
    lock: undefined,
    isHeld: false,
  };
}
