import { type EmbeddedPart, SMALLER } from '../../embedded-report.ts';
import { counted } from '../numbers.ts';

/** A part of the data, with those that it consists of, by size. */
export interface Part {
  /** Its place in the report. */
  readonly index: number;
  readonly name: string;
  readonly kind: string;
  /** Of the whole 0. */
  readonly depth: number;
  /** What all addresses below it begin with; `undefined` when that cannot be told. */
  readonly address: string | undefined;
  readonly amounts: { readonly bytes: number; readonly past: number; readonly units: number };
  readonly parent: Part | undefined;
  readonly parts: Part[];
}

/** All parts, in the order of the report: the first is the whole. */
export function partsOf(embedded: readonly EmbeddedPart[]): readonly Part[] {
  const parts: Part[] = [];
  for (const [index, [parentIndex, name, kind, bytes, past, units, address]] of embedded.entries()) {
    const parent = parts[parentIndex];
    const part: Part = {
      index,
      name: kind === SMALLER ? smallerName(Number(name)) : name || '(empty)',
      kind,
      depth: parent === undefined ? 0 : parent.depth + 1,
      address: parent === undefined ? '' : addressIn(parent, kind, address === undefined ? name : address),
      amounts: { bytes, past, units },
      parent,
      parts: [],
    };
    parent?.parts.push(part);
    parts.push(part);
  }
  return parts;
}

function addressIn(parent: Part, kind: string, added: string | null): string | undefined {
  return parent.address === undefined || added === null || kind === SMALLER ? undefined : parent.address + added;
}

function smallerName(count: number): string {
  return count === 0 ? 'the rest' : counted(count, 'smaller part');
}

/** From the whole down to the part. */
export function pathTo(part: Part): readonly Part[] {
  const path: Part[] = [];
  for (let at: Part | undefined = part; at !== undefined; at = at.parent) path.unshift(at);
  return path;
}

/** The adapter that a part is of; `undefined` for the whole. */
export function adapterOf(part: Part): Part | undefined {
  return pathTo(part)[1];
}
