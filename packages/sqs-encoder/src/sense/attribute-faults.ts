import type { NamedAttribute, TypedAttribute } from '../layout/typed-attribute.ts';

const MOST_ATTRIBUTES = 10;
const LONGEST_NAME = 256;
/** Of a type with its suffix. */
const LONGEST_TYPE = 256;
const NAME = /^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$/;
const RESERVED = /^(aws|amazon)\./i;
const DECIMAL = /^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?$/;

/** The first thing about the attributes of a message that SQS does not know; docs/format/06-sqs.md, section 6.2. */
export function attributeFault(attributes: readonly NamedAttribute[]): string | undefined {
  const count = attributes.length;
  if (count > MOST_ATTRIBUTES) return `${count} attributes, ${MOST_ATTRIBUTES} are the most`;
  for (const { name, attribute } of attributes) {
    const fault = nameFault(name) ?? (typeof attribute === 'string' ? attribute : valueFault(attribute));
    if (fault !== undefined) return `attribute ${JSON.stringify(name.slice(0, LONGEST_NAME))} ${fault}`;
  }
  return undefined;
}

/** Bytes of names, types and values, as SQS counts them towards the size of a message. */
export function attributeBytes(attributes: readonly NamedAttribute[]): number {
  let bytes = 0;
  for (const { name, attribute } of attributes) {
    bytes += Buffer.byteLength(name);
    if (typeof attribute !== 'string') bytes += Buffer.byteLength(attribute.dataType) + attribute.value.length;
  }
  return bytes;
}

function nameFault(name: string): string | undefined {
  if (name.length > LONGEST_NAME) return `has a name of ${name.length} characters, ${LONGEST_NAME} are the most`;
  if (RESERVED.test(name)) return 'has a name that is reserved for AWS';
  if (NAME.test(name)) return undefined;
  return 'has a name that is not of letters, digits, hyphens, underscores and single dots between them';
}

function valueFault({ dataType, kind, value }: TypedAttribute): string | undefined {
  if (dataType.length > LONGEST_TYPE)
    return `has a "DataType" of ${dataType.length} characters, ${LONGEST_TYPE} are the most`;
  if (value.length === 0) return `has an empty "${kind === 'Binary' ? 'BinaryValue' : 'StringValue'}"`;
  if (kind === 'Number' && !DECIMAL.test(value.toString())) return 'is a Number, but its "StringValue" is none';
  return undefined;
}
