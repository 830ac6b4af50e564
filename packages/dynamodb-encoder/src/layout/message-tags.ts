import { WIRE } from '@ekv/adapter';
import type { Kind } from './stored-value.ts';

/** The bytes between the values of an item row; docs/format/04-dynamodb.md, sections 3.1 and 3.3. */

export const MAGIC = Buffer.from('00444901', 'hex');

/** Numbers of the fields of a value message by kind. */
export const FIELD: Readonly<Record<Kind, number>> = {
  S: 1,
  N: 2,
  B: 3,
  BOOL: 4,
  NULL: 5,
  SS: 6,
  NS: 7,
  BS: 8,
  L: 9,
  M: 10,
};

/** Tags of the fields of a value message by kind: one byte each. */
export const KIND_TAG = {
  S: delimited(FIELD.S),
  N: delimited(FIELD.N),
  B: delimited(FIELD.B),
  BOOL: (FIELD.BOOL << 3) | WIRE.varint,
  NULL: (FIELD.NULL << 3) | WIRE.varint,
  SS: delimited(FIELD.SS),
  NS: delimited(FIELD.NS),
  BS: delimited(FIELD.BS),
  L: delimited(FIELD.L),
  M: delimited(FIELD.M),
} as const;

/** Tags of the other fields. */
export const TAG = {
  /** Of an attribute in an item, and of an entry in a map. */
  entry: delimited(1),
  name: delimited(1),
  value: delimited(2),
  /** Of an element in a set or list. */
  element: delimited(1),
} as const;

function delimited(field: number): number {
  return (field << 3) | WIRE.delimited;
}
