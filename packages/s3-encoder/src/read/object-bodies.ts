import { RowError, type RowSource, ScratchFolder } from '@ekv/snapshot';
import { BodyFinder } from '../decode/bodies/body-finder.ts';
import type { ObjectChunks } from '../decode/bodies/object-chunks.ts';
import type { HeadRows } from '../decode/rows.ts';
import { HEAD_ROWS } from '../layout/families.ts';
import type { HeadValue } from '../layout/head-value.ts';
import { rowKey } from '../layout/row-keys.ts';

/** What finds the body of an object. */
export interface BodyPlace {
  /** Bucket, generation and key of the object, as they stand in keys. */
  readonly id: Buffer;
  /** Its manifest. Texts are copies. */
  readonly head: HeadValue;
  /** File offset of the manifest. */
  readonly offset: number;
}

/** The place of the body of the object at hand. */
export function placeOf(heads: HeadRows, head: HeadValue): BodyPlace {
  return { id: Buffer.from(heads.id), head: { ...head, uploadId: Buffer.from(head.uploadId) }, offset: heads.offset };
}

/**
 * The bodies of objects of a snapshot, for those that are asked for. In the order of the objects one walk over the chunks finds all;
 * for one from before it starts anew.
 */
export class ObjectBodies {
  readonly #source: RowSource;
  #scratch: ScratchFolder | undefined;
  #finder: BodyFinder | undefined;
  #lastId: Buffer | undefined;
  #isOpen = true;

  constructor(source: RowSource) {
    this.#source = source;
  }

  get source(): RowSource {
    return this.#source;
  }

  /** Throws SnapshotFormatError for a body that is not whole. */
  chunksOf(place: BodyPlace): ObjectChunks {
    try {
      return this.#find(place);
    } catch (error) {
      throw error instanceof RowError ? this.#source.located(error) : error;
    } finally {
      if (!this.#isOpen) this.#release();
    }
  }

  /** The walk over the objects is over: what it needs is released. Bodies can be asked for all the same. */
  close(): void {
    this.#isOpen = false;
    this.#release();
  }

  #find({ id, head, offset }: BodyPlace): ObjectChunks {
    if (this.#lastId !== undefined && this.#lastId.compare(id) >= 0) this.#release();
    this.#scratch ??= new ScratchFolder();
    this.#finder ??= new BodyFinder(this.#source, this.#scratch);
    this.#lastId = id;
    const { chunks, refused, fault } = this.#finder.find(id, head);
    if (refused !== undefined) throw refused;
    if (fault !== undefined) throw new RowError(fault, { offset, key: rowKey(HEAD_ROWS, id) });
    return chunks;
  }

  #release(): void {
    this.#finder?.close();
    this.#scratch?.remove();
    this.#finder = this.#scratch = this.#lastId = undefined;
  }
}
