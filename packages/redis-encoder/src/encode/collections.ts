import { type LargeFile, LongListFile } from '@ekv/dump-tree';
import { DataError, type SnapshotRecord, VALUE_CAP } from '@ekv/snapshot';
import type { Kind } from '../key-kinds.ts';
import type { EncodeContext } from './encode-context.ts';
import { readExpiry, skipUnknown } from './json-fields.ts';
import type { KeyFile } from './key-files.ts';
import { openLarge } from './large-file.ts';

/** An element of the longest name and value, each byte of them written as an escape. */
const LONGEST_ELEMENT = VALUE_CAP * 6 + (8 << 20);
const NO_VERSION = '"format_version" is missing, it must be 1';

/** How the file of a type becomes rows. Expiries are ms since 1970, `null` = none. */
export interface CollectionForm<T> {
  readonly kind: Kind;
  /** Name of the list, such as `fields`. */
  readonly list: string;
  /** Reads one element of the list. */
  readonly readElement: (context: EncodeContext, path: string) => T;
  /** All rows of a collection that is held. */
  readonly records: (key: Buffer, elements: readonly T[], expireAtMs: bigint | null) => Iterable<SnapshotRecord>;
  /** The rows of the element number `index` of a collection that is not held. */
  readonly elementRecords: (key: Buffer, element: T, index: number) => Iterable<SnapshotRecord>;
  /** Its other rows. */
  readonly stateRecords: (key: Buffer, count: number, expireAtMs: bigint | null) => Iterable<SnapshotRecord>;
}

/**
 * The rows of the JSON file of a hash, list, set or sorted set. docs/format/03-redis.md, section 11. A large file is read
 * element by element.
 */
export function* encodeCollection<T>(
  context: EncodeContext,
  file: KeyFile,
  form: CollectionForm<T>,
): Generator<SnapshotRecord> {
  const { key, path } = file;
  const found = context.tree.readOrLeaveJson(path, context.heldBytes);
  if (!Buffer.isBuffer(found)) return yield* encodeLarge(context, file, form, found);
  const elements: T[] = [];
  const onElement = () => elements.push(form.readElement(context, path));
  const expireAtMs = readCollection(context, path, found, form.list, onElement);
  yield* form.records(key, elements, takeExpiry(context, file, form.kind, expireAtMs));
}

/** Fields of a collection's file beside its list. */
class OtherFields {
  readonly #context: EncodeContext;
  readonly #path: string;
  hasVersion = false;
  /** As the file has it. */
  expireAtMs: bigint | null = null;

  constructor(context: EncodeContext, path: string) {
    this.#context = context;
    this.#path = path;
  }

  /** Reads the value of a field, which is next. */
  read(field: string): void {
    const { reader } = this.#context;
    if (field === 'format_version') {
      reader.integer('"format_version"', 1n, 1n);
      this.hasVersion = true;
    } else if (field === 'expire_at_ms') this.expireAtMs = readExpiry(reader);
    else skipUnknown(this.#context, field, this.#path);
  }
}

/** @returns the expiry as the file has it. */
function readCollection(
  context: EncodeContext,
  path: string,
  bytes: Buffer,
  list: string,
  onElement: () => void,
): bigint | null {
  const { tree, reader } = context;
  reader.reset(tree.display(path), bytes);
  const start = reader.mark();
  const others = new OtherFields(context, path);
  reader.object((field) => {
    if (field !== list) others.read(field);
    else if (!reader.takeNull()) reader.array(onElement, `"${list}"`);
  }, 'the file');
  reader.end();
  if (!others.hasVersion) reader.failAtMark(start, NO_VERSION);
  return others.expireAtMs;
}

/** The rows of the elements come first: how many there are shows at the end. */
function* encodeLarge<T>(
  context: EncodeContext,
  file: KeyFile,
  form: CollectionForm<T>,
  left: LargeFile,
): Generator<SnapshotRecord> {
  const { tree, reader } = context;
  const { key, path } = file;
  const open = openLarge(tree, path, left);
  try {
    const content = new LongListFile(open.fd, tree.display(path), reader, {
      list: form.list,
      longest: LONGEST_ELEMENT,
    });
    const others = new OtherFields(context, path);
    let count = 0;
    for (let found = content.next(); found !== 'end'; found = content.next()) {
      if (found === 'element') yield* form.elementRecords(key, form.readElement(context, path), count++);
      else others.read(content.field);
    }
    if (!others.hasVersion) throw new DataError(`${tree.display(path)}:1:1: ${NO_VERSION}`);
    open.checkUnchanged();
    yield* form.stateRecords(key, count, takeExpiry(context, file, form.kind, others.expireAtMs));
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
