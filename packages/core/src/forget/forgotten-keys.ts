import type { RowOwner } from '@ekv/adapter';
import type { AdapterName } from '@ekv/manifest';
import {
  type CheckedSnapshot,
  DataError,
  type EntryReader,
  ExternalSorter,
  INTENT_HEAD_BYTES,
  LOCK_ROWS,
  OpenKeys,
  printable,
  readLock,
  readTransactionKey,
  type ScratchFolder,
  SMALL_SORT_BYTES,
  type TransactionKey,
} from '@ekv/snapshot';
import { ownersOf, readAddress, shownAddress, writeAddress } from '../owners/addresses.ts';
import { OwnerFinder } from '../owners/owner-finder.ts';
import { ChosenOwners } from '../selection/chosen-owners.ts';
import { KnownScopes } from '../selection/known-scopes.ts';
import type { Selection } from '../selection/selection.ts';
import type { Forgotten, ForgottenSum } from './forget-request.ts';
import { type ContentCounts, ForgottenContents } from './forgotten-contents.ts';
import { ForgottenWalk } from './forgotten-walk.ts';
import { KeyBits } from './key-bits.ts';
import { KeyGroup } from './key-group.ts';
import { UnreadKeys } from './unread-keys.ts';

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
  readonly #goes = new KeyBits();
  readonly #contents: ForgottenContents;
  readonly #owners: ExternalSorter;
  readonly #payload = Buffer.alloc(COUNT_BYTES);
  readonly #open: OpenKeys<KeyGroup>;
  #keys = 0;
  readonly known = new KnownScopes();
  /** Keys that stay though nobody knows what they hold. */
  readonly unread = new UnreadKeys();
  /** Whether something is to go. */
  hasAny = false;
  contents: ContentCounts = { gone: 0, unnamed: 0 };
  readonly #sums = new Map<AdapterName, ForgottenSum>();

  private constructor(path: string, selection: Selection, scratch: ScratchFolder) {
    this.#path = path;
    this.#selection = selection;
    this.#chosen = new ChosenOwners(selection);
    this.#contents = new ForgottenContents(scratch);
    this.#owners = new ExternalSorter({ scratch, arenaBytes: SMALL_SORT_BYTES });
    this.#open = new OpenKeys({
      open: () => new KeyGroup(this.#keys++),
      close: (group, key) => this.#finish(group, key),
    });
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
      found.#open.end();
      found.contents = found.#contents.resolve(found.#goes, (key) => found.#refuseHeld(key, 'an S3 content'));
      return found;
    } catch (error) {
      found.close();
      throw error;
    }
  }

  /** What the keys of one walk over the same entries come to. */
  walk(): ForgottenWalk {
    return new ForgottenWalk(this.#goes);
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
    const group = this.#open.of(bytes, keyStart, keyEnd);
    group.entries++;
    group.bytes += keyEnd - keyStart + (entry.tombstone ? 0 : valueEnd - valueStart);
    const isFirst = group.entries === 1;
    if (isFirst) group.isHeld = !entry.tombstone;
    const value = entry.tombstone ? undefined : { bytes, start: valueStart, end: valueEnd };
    const fate = this.#chosen.fateOf(bytes, keyStart, keyEnd, value);
    const { owner } = this.#chosen;
    if (owner === undefined) return;
    group.isOwned = true;
    this.known.add(owner);
    const transaction = owner.role === 'transaction' ? readTransactionKey(bytes, keyStart, keyEnd) : undefined;
    if (isFirst && (fate === 'content' || transaction !== undefined))
      this.#addContent(group, owner, entry, transaction);
    const goes = fate === 'unit' || (fate === 'scope' && this.#takesAsScope(owner));
    if (goes) {
      group.goes = true;
      group.owner ??= owner.owner();
    } else if (owner.key === undefined && isToldByValue(owner)) {
      group.isOfUnknownUnit = true;
      group.owner ??= owner.owner();
    } else if (owner.key === undefined && owner.kind !== undefined) group.isMalformed = true;
    if (value === undefined) return;
    // A lock, a record, the intent of a deletion say as little of the unit as a deletion does.
    if (owner.role !== 'transaction' || owner.key !== undefined) group.isTold = true;
    const from = transaction === undefined ? valueStart : valueStart + INTENT_HEAD_BYTES;
    const content = ownersOf(owner.adapter)?.contentKey?.(owner, bytes, from, valueEnd);
    if (content !== undefined) this.#contents.addNamed(content, group.ordinal);
    if (transaction?.family === LOCK_ROWS) this.#noteLock(group, entry);
  }

  #takesAsScope({ adapter, scope }: RowOwner): boolean {
    return this.#selection.takesWhole({ adapter, scope });
  }

  /** A content, and what transactions hold of it, go with the last row that names it. */
  #addContent(
    group: KeyGroup,
    { adapter }: RowOwner,
    entry: EntryReader,
    transaction: TransactionKey | undefined,
  ): void {
    const { bytes } = entry;
    const { start, end } = transaction ?? { start: entry.keyStart, end: entry.keyEnd };
    if (transaction !== undefined && this.#finder.find(bytes, start, end)?.role !== 'content') return;
    const content = bytes.subarray(start, end);
    this.#contents.addWith(content, group.ordinal, transaction === undefined ? 'content' : 'transaction');
    // Where all of the adapter goes, contents go that nobody names, too; those of an excluded object stay.
    if (this.#selection.takes({ adapter })) this.#contents.addUnwanted(content);
  }

  /** A lock names the first key of its transaction, which may be somebody else's. */
  #noteLock(group: KeyGroup, { bytes, keyStart, keyEnd, valueStart, valueEnd }: EntryReader): void {
    const first = firstKeyIn(bytes, valueStart, valueEnd);
    if (first === undefined) {
      group.isMalformed = true;
      return;
    }
    const found = this.#finder.findRow(first);
    if (found === undefined) return;
    if (found.role === 'content')
      this.#contents.addWith(first, group.ordinal, group.isHeld ? 'held' : 'lock', bytes.subarray(keyStart, keyEnd));
    const owner = found.owner();
    const isUnknown = found.isInValue && owner.key === undefined && this.#selection.mayHold(owner);
    if (isUnknown || this.#selection.takes(owner)) group.lock = { first: owner };
  }

  #finish(group: KeyGroup, key: Buffer): void {
    if (group.goes || this.#isSuspect(group, key) || this.#endsWithLock(group, key)) this.#note(group);
    else this.unread.add(key, group);
  }

  /**
   * Versions that do not say which unit the row is of: deletions, and what transactions keep of it. The key may hold bytes of one that goes, and without them no
   * data comes back.
   */
  #isSuspect(group: KeyGroup, key: Buffer): boolean {
    const { isOfUnknownUnit, isTold, owner } = group;
    if (!isOfUnknownUnit || isTold || owner === undefined || !this.#selection.mayHold(owner)) return false;
    if (group.isHeld && isLock(key)) this.#refuseHeld(key, writeAddress(owner));
    return true;
  }

  #endsWithLock(group: KeyGroup, key: Buffer): boolean {
    if (group.lock === undefined) return false;
    if (group.isHeld) this.#refuseHeld(key, writeAddress(group.lock.first));
    return true;
  }

  #refuseHeld(key: Buffer, first: string): never {
    throw new DataError(
      `${this.#path}: entry key ${printable(key)}: an open transaction has locked it, and it or one before has locked ${shownAddress(first)} with it, of which something is to be forgotten; take another snapshot, or decode this one and encode it again, which ends transactions`,
    );
  }

  #note({ ordinal, owner, lock, entries, bytes }: KeyGroup): void {
    this.hasAny = true;
    this.#goes.set(ordinal);
    this.#payload.writeDoubleLE(entries, 0);
    this.#payload.writeDoubleLE(bytes, 8);
    this.#owners.add(Buffer.from(writeAddress(owner ?? lock!.first)), this.#payload);
  }
}

/** Of a row of which the key alone does not say the unit. */
function isToldByValue({ isInValue, role, adapter, family }: RowOwner): boolean {
  return isInValue || (role === 'transaction' && (ownersOf(adapter)?.valueFamilies.includes(family) ?? false));
}

function isLock(key: Buffer): boolean {
  return key.toString('latin1', 0, LOCK_ROWS.length) === LOCK_ROWS;
}

/** The first key of the transaction that holds a lock, by the lock's value; `undefined` for one that breaks its format. */
function firstKeyIn(bytes: Buffer, valueStart: number, valueEnd: number): Buffer | undefined {
  try {
    const lock = readLock({ bytes, valueStart, valueEnd, refused: (rule) => new DataError(rule) });
    return bytes.subarray(lock.primaryStart, lock.primaryEnd);
  } catch (error) {
    if (error instanceof DataError) return undefined;
    throw error;
  }
}
