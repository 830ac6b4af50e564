import { bytesText, counted } from '../numbers.ts';
import type { Part } from './part.ts';

/** What the size of a part in the pictures stands for. */
export interface SizeMeasure {
  readonly name: string;
  readonly holds: 'bytes' | 'count';
  of(part: Part): number;
  /** Such a size in words. */
  said(size: number): string;
}

export const MEASURES: readonly SizeMeasure[] = [
  {
    name: 'Live bytes',
    holds: 'bytes',
    of: ({ amounts }) => amounts.bytes,
    said: (size) => `${bytesText(size)} live`,
  },
  {
    name: 'All bytes',
    holds: 'bytes',
    of: ({ amounts }) => amounts.bytes + amounts.past,
    said: (size) => `${bytesText(size)} in all`,
  },
  {
    name: 'Keys',
    holds: 'count',
    of: ({ amounts }) => amounts.units,
    said: (size) => counted(size, 'key'),
  },
];
