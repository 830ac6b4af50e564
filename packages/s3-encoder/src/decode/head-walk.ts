import type { RowJson } from '../layout/row-json.ts';
import { BucketRows, HeadRows, type RowWalks } from './rows.ts';

/** Whether rows of a generation count in a bucket. @param active generation of the bucket; 0: it has none, and all count. */
export function isLive(generation: bigint, active: bigint): boolean {
  return active === 0n || generation === active;
}

/** Walks over the manifests of objects together with what is said of their buckets. docs/format/05-s3.md, section 2.3. */
export class HeadWalk {
  /** The manifest at hand, after {@link next}. */
  readonly heads: HeadRows;
  readonly #buckets: BucketRows;
  readonly #json: RowJson;
  #begun = false;
  /** The bucket's part of its key: a copy, the same one for all objects of the bucket. */
  part: Buffer = Buffer.alloc(0);
  /** The active generation of its bucket; 0 when there is none. */
  active = 0n;

  constructor(source: RowWalks, json: RowJson) {
    this.#buckets = new BucketRows(source);
    this.heads = new HeadRows(source);
    this.#json = json;
  }

  /** Whether a server shows the object at hand. */
  get isLive(): boolean {
    return isLive(this.heads.generation, this.active);
  }

  /** Throws RowError. */
  next(): boolean {
    const { heads } = this;
    if (this.#begun) heads.advance();
    this.#begun = true;
    if (heads.present && !heads.isOfBucket(this.part)) this.#beginBucket();
    return heads.present;
  }

  #beginBucket(): void {
    this.part = Buffer.from(this.heads.bucketPart);
    this.active = this.#buckets.activeGeneration(this.part, this.#json);
  }
}
