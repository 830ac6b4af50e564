import { SHAPES } from './shape-names.ts';

/** What can be measured: the generated trees, and one large object, whose size is in MiB. */
export const CASE_SHAPES = [...SHAPES, 'large-object'] as const;

export type CaseShape = (typeof CASE_SHAPES)[number];

/** A shape at a size. */
export interface CaseName {
  readonly shape: CaseShape;
  /** Records; of a large object, MiB. */
  readonly size: number;
}

/** As it stands in reports and names of folders. */
export function caseText({ shape, size }: CaseName): string {
  return shape === 'large-object' ? `${shape}-${size}-MiB` : `${shape}-${size}`;
}
