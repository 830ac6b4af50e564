import { numberKey } from '../layout/number-key.ts';

/** Whether a set holds an element twice; numbers are the same when their values are. */
export function hasRepeatedElement(kind: 'SS' | 'NS' | 'BS', elements: readonly Buffer[]): boolean {
  if (elements.length < 2) return false;
  const seen = new Set<string>();
  for (const element of elements)
    seen.add(((kind === 'NS' && numberKey(element.toString())) || element).toString('latin1'));
  return seen.size < elements.length;
}
