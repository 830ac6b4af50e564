/** What a fact says of its unit, in the order in which the facts of a unit are given. All units and scopes have a type, which may be empty. */
export const PARTS = [
  'type',
  'setting',
  'expires',
  'value',
  'field',
  'element',
  'member',
  'entry',
  'last id',
  'attribute',
  'property',
  'metadata',
  'message attribute',
  'body',
] as const;

export type Part = (typeof PARTS)[number];

/** Of these a unit has one or none, without a name. */
const SINGLE: ReadonlySet<Part> = new Set<Part>(['type', 'expires', 'value', 'last id', 'body']);

/** Whether facts of this part have names, one of which may be empty. */
export function isNamed(part: Part): boolean {
  return !SINGLE.has(part);
}

/** Byte in front of the names of a part, by which facts are sorted. */
export function partCode(part: Part): number {
  return PARTS.indexOf(part);
}

export const TYPE_CODE: number = partCode('type');
export const ELEMENT_CODE: number = partCode('element');
