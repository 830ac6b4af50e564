import type { Part } from './part.ts';

/** Where a part is drawn, in pixels. */
export interface Box {
  readonly part: Part;
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  /** How deep it is in the picture, from 1; those above the part that is looked at have 0. */
  readonly level: number;
  /** Whether other boxes lie in it, so that only its edge has room for words. */
  readonly isFrame: boolean;
}

/** Smaller ones cannot be seen or hit: they are in the table. */
export const LEAST_PIXELS = 5;
