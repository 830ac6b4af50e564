import type { AttributeValues } from './attributes.ts';

/** A value of an attribute by its type; docs/format/06-sqs.md, section 2.2. */
export interface TypedAttribute {
  /** With its suffix: `String.custom`. */
  readonly dataType: string;
  readonly kind: 'String' | 'Number' | 'Binary';
  readonly value: Buffer;
}

/** An attribute of a message, or the rule that it breaks. */
export interface NamedAttribute {
  readonly name: string;
  readonly attribute: TypedAttribute | string;
}

/** In the order of the map. */
export function typedAttributes(values: AttributeValues): NamedAttribute[] {
  const attributes: NamedAttribute[] = [];
  for (const [name, value] of values) attributes.push({ name, attribute: typedAttribute(value) });
  return attributes;
}

/**
 * What the JSON value of an attribute stands for.
 *
 * @param value a plain tree as JsonReader gives it. @returns the rule that it breaks, as text, when it is no attribute.
 */
function typedAttribute(value: unknown): TypedAttribute | string {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'is no object';
  const { DataType: dataType, StringValue: text, BinaryValue: base64 } = value as Record<string, unknown>;
  if (typeof dataType !== 'string') return 'has no "DataType"';
  const kind = kindOf(dataType);
  if (kind === undefined) return `has the "DataType" ${JSON.stringify(dataType)}, not String, Number or Binary`;
  if (kind !== 'Binary') {
    if (typeof text !== 'string') return 'has no "StringValue"';
    return { dataType, kind, value: Buffer.from(text) };
  }
  if (typeof base64 !== 'string') return 'has no "BinaryValue"';
  const bytes = Buffer.from(base64, 'base64');
  if (bytes.toString('base64') !== base64) return 'has a "BinaryValue" that is no base64 with padding';
  return { dataType, kind, value: bytes };
}

/** The part before the first dot decides. */
function kindOf(dataType: string): TypedAttribute['kind'] | undefined {
  const dot = dataType.indexOf('.');
  const kind = dot === -1 ? dataType : dataType.slice(0, dot);
  return kind === 'String' || kind === 'Number' || kind === 'Binary' ? kind : undefined;
}
