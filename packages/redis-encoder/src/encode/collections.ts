import { type LargeFile, LongListFile } from '@ekv/dump-tree';
import { DataError, type SnapshotRow, VALUE_CAP } from '@ekv/snapshot';
import { OtherFields, readCollection } from '../files/collection-json-reader.ts';
import { COLLECTION_SUFFIX } from '../files/paths.ts';
import type { Kind } from '../key-kinds.ts';
import { expiryRecords } from '../records/blob-rows.ts';
import { countRecord } from '../records/collection-rows.ts';
import { NO_LIST } from '../sense/missing-lists.ts';
import type { EncodeContext } from './encode-context.ts';
import { type KeyFile, keyFiles } from './key-files.ts';
import { openLarge } from './large-file.ts';

/** An element of the longest name and value, each byte of them written as an escape. */
const LONGEST_ELEMENT = VALUE_CAP * 6 + (8 << 20);

/** How the file of a type becomes rows. Expiries are ms since 1970, `null` = none. */
export interface CollectionForm<T> {
  readonly kind: Kind;
  /** Of its metadata rows. */
  readonly metadata: string;
  readonly folder: string;
  /** Name of the list, such as `fields`. */
  readonly list: string;
  /** Reads one element of the list. */
  readonly readElement: (context: EncodeContext, path: string) => T;
  /** All rows of a collection that is held. */
  readonly records: (key: Buffer, elements: readonly T[], expireAtMs: bigint | null) => Iterable<SnapshotRow>;
  /** The rows of the element number `index` of a collection that is not held. */
  readonly elementRecords: (key: Buffer, element: T, index: number) => Iterable<SnapshotRow>;
  /** Its metadata row. Default: that of a count. */
  readonly metadataRecord?: (key: Buffer, count: number, expireAtMs: bigint | null) => SnapshotRow;
}

/** The rows of all files of a type. docs/format/03-redis.md, section 11. */
export function* encodeCollections<T>(context: EncodeContext, form: CollectionForm<T>): Generator<SnapshotRow> {
  for (const file of keyFiles(context, form.metadata, form.folder, COLLECTION_SUFFIX)) {
    yield* context.problems.guard(encodeCollection(context, file, form));
  }
}

/** A large file is read element by element. */
function* encodeCollection<T>(context: EncodeContext, file: KeyFile, form: CollectionForm<T>): Generator<SnapshotRow> {
  const { key, path } = file;
  const found = context.tree.readOrLeaveJson(path, context.heldBytes);
  if (!Buffer.isBuffer(found)) {
    if (context.expired?.drops(expiryOfLarge(context, path, form))) return;
    context.kinds?.add(key, form.kind);
    return yield* encodeLarge(context, file, form, found);
  }
  const elements: T[] = [];
  const onElement = () => elements.push(form.readElement(context, path));
  const { expireAtMs, hasList } = readCollection(context, path, found, form.list, onElement);
  if (context.expired?.drops(expireAtMs)) return;
  context.kinds?.add(key, form.kind);
  if (!hasList) context.findings.add(NO_LIST, () => context.tree.display(path));
  yield* form.records(key, elements, takeExpiry(context, file, form.kind, expireAtMs));
}

/** The expiry may stand behind the elements. */
function expiryOfLarge<T>(context: EncodeContext, path: string, form: CollectionForm<T>): bigint | null {
  const open = openLarge(context.tree, path);
  try {
    const content = new LongListFile(open, context.reader, { list: form.list, longest: LONGEST_ELEMENT });
    const others = new OtherFields(context, path);
    for (let found = content.next(); found !== 'end'; found = content.next()) {
      if (found === 'element') form.readElement(context, path);
      else others.read(content.field);
    }
    return others.expireAtMs;
  } finally {
    open.close();
  }
}

/** The rows of the elements come first: how many there are shows at the end. */
function* encodeLarge<T>(
  context: EncodeContext,
  file: KeyFile,
  form: CollectionForm<T>,
  left: LargeFile,
): Generator<SnapshotRow> {
  const { tree, reader } = context;
  const { key, path } = file;
  const open = openLarge(tree, path);
  try {
    const content = new LongListFile(open, reader, {
      list: form.list,
      longest: LONGEST_ELEMENT,
    });
    const others = new OtherFields(context, path);
    let count = 0;
    for (let found = content.next(); found !== 'end'; found = content.next()) {
      if (found === 'element') yield* form.elementRecords(key, form.readElement(context, path), count++);
      else others.read(content.field);
    }
    others.check((rule) => {
      throw new DataError(`${tree.display(path)}:1:1: ${rule}`);
    });
    if (!content.hasList) context.findings.add(NO_LIST, () => tree.display(path));
    open.checkUnchanged(left);
    const expireAtMs = takeExpiry(context, file, form.kind, others.expireAtMs);
    yield form.metadataRecord?.(key, count, expireAtMs) ?? countRecord(form.metadata, key, count, expireAtMs);
    yield* expiryRecords(key, expireAtMs);
  } finally {
    open.close();
  }
}

function takeExpiry(
  { expiries, tree }: EncodeContext,
  { key, path }: KeyFile,
  kind: Kind,
  expireAtMs: bigint | null,
): bigint | null {
  return expiries.take(kind, key, expireAtMs, () => tree.display(path));
}
