import { bytesText, counted, shareText } from '../numbers.ts';
import type { SizeMeasure } from './measures.ts';
import type { Part } from './part.ts';

/** A part in words, for those who hear the picture: what it is, how much of what is around it, and of how many parts. */
export function spokenPart(part: Part, measure: SizeMeasure): string {
  const { name, kind, parent, parts } = part;
  const size = measure.of(part);
  const said = [name, kind, measure.said(size)];
  if (parent !== undefined) said.push(`${shareText(size, measure.of(parent))} of ${parent.name}`);
  if (parts.length > 0) said.push(counted(parts.length, 'part'));
  return said.join(', ');
}

/** The amounts of a part for a line below the picture. */
export function amountsOf({ amounts: { bytes, past, units } }: Part): readonly string[] {
  return [`${bytesText(bytes)} live`, `${bytesText(past)} past`, counted(units, 'key')];
}
