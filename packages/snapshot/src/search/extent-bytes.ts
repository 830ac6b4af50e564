import type { ByteSource } from '../format/byte-source.ts';

/** A part of a source, in bytes from its start. */
export interface Extent {
  readonly start: number;
  readonly end: number;
}

/** Parts of a source, one after the other. */
export class ExtentBytes implements ByteSource {
  readonly #source: ByteSource;
  readonly #extents: readonly Extent[];
  /** Where each part begins. */
  readonly #places: readonly number[];
  readonly byteLength: number;

  constructor(source: ByteSource, extents: readonly Extent[]) {
    let length = 0;
    this.#source = source;
    this.#extents = extents;
    this.#places = extents.map(({ start, end }) => {
      length += end - start;
      return length - (end - start);
    });
    this.byteLength = length;
  }

  get name(): string {
    return this.#source.name;
  }

  read(position: number, into: Uint8Array, at: number, length: number): number {
    if (position >= this.byteLength) return 0;
    const index = this.#places.findLastIndex((place) => place <= position);
    const { start, end } = this.#extents[index]!;
    const offset = start + position - this.#places[index]!;
    return this.#source.read(offset, into, at, Math.min(length, end - offset));
  }

  close(): void {
    this.#source.close();
  }
}
