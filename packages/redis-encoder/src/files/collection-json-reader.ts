import { failWithoutVersion, type JsonFieldContext, readFormatVersion, skipUnknown } from '@ekv/adapter';
import type { HashField, SortedSetMember } from '../records/collection-rows.ts';
import { readBytes } from './bytes-json.ts';
import { readExpiry } from './expiry-json.ts';
import { readScore, type TakeScoreText } from './score-text.ts';

/** Reads what `collection-json.ts` writes, and what people make of it. Paths are byte strings; errors have line and column. */

/** Fields of a collection's file beside its list. */
export class OtherFields {
  readonly #context: JsonFieldContext;
  readonly #path: string;
  #hasVersion = false;
  /** As the file has it. */
  expireAtMs: bigint | null = null;

  constructor(context: JsonFieldContext, path: string) {
    this.#context = context;
    this.#path = path;
  }

  /** Reads the value of a field, which is next. */
  read(field: string): void {
    const { reader } = this.#context;
    if (field === 'format_version') this.#hasVersion = readFormatVersion(reader);
    else if (field === 'expire_at_ms') this.expireAtMs = readExpiry(reader);
    else skipUnknown(this.#context, field, this.#path);
  }

  /** To be called at the end of the file. @param fail see {@link failWithoutVersion}. */
  check(fail: (rule: string) => never): void {
    if (!this.#hasVersion) failWithoutVersion(fail);
  }
}

/**
 * Reads a file that is held in memory.
 *
 * @param list name of the list, such as `fields`. @param onElement reads an element of it.
 */
export function readCollection(
  context: JsonFieldContext,
  path: string,
  bytes: Buffer,
  list: string,
  onElement: () => void,
): CollectionFile {
  const { tree, reader } = context;
  reader.reset(tree.display(path), bytes);
  const start = reader.mark();
  const others = new OtherFields(context, path);
  let hasList = false;
  reader.object((field) => {
    if (field !== list) return others.read(field);
    if (reader.takeNull()) return;
    hasList = true;
    reader.array(onElement, `"${list}"`);
  }, 'the file');
  reader.end();
  others.check((rule) => reader.failAtMark(start, rule));
  return { expireAtMs: others.expireAtMs, hasList };
}

/** What a file says besides the elements of its list. */
export interface CollectionFile {
  /** As the file has it. */
  readonly expireAtMs: bigint | null;
  /** Whether there is a list, be it empty. */
  readonly hasList: boolean;
}

/** Reads a field of a hash, or of a stream's entry. */
export function readHashField(context: JsonFieldContext, path: string): HashField & { name: Buffer; value: Buffer } {
  const { reader } = context;
  const start = reader.mark();
  let name: Buffer | undefined;
  let value: Buffer | undefined;
  reader.object((field) => {
    if (field === 'name') name = readBytes(context, '"name"', path);
    else if (field === 'value') value = readBytes(context, '"value"', path);
    else skipUnknown(context, field, path);
  }, 'a field');
  return {
    name: name ?? reader.failAtMark(start, '"name" is missing'),
    value: value ?? reader.failAtMark(start, '"value" is missing'),
  };
}

/** @param onScore looks at the digits of a score. */
export function readSortedSetMember(context: JsonFieldContext, path: string, onScore: TakeScoreText): SortedSetMember {
  const { reader } = context;
  const start = reader.mark();
  let member: Buffer | undefined;
  let score: number | undefined;
  reader.object((field) => {
    if (field === 'member') member = readBytes(context, '"member"', path);
    else if (field === 'score') score = readScore(reader, onScore);
    else skipUnknown(context, field, path);
  }, 'a member');
  return {
    member: member ?? reader.failAtMark(start, '"member" is missing'),
    score: score ?? reader.failAtMark(start, '"score" is missing'),
  };
}
