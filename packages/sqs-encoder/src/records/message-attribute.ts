import type { JsonReader } from '@ekv/dump-tree';
import { ArgumentError, DataError } from '@ekv/snapshot';
import { givenBytes, givenFields, givenObject, givenText, kindOf, wrongKind } from '@ekv/snapshot/arguments';

/** An attribute of a message, as the AWS SDK has it: `{ DataType: 'Number', StringValue: '12.50' }`. */
export interface MessageAttribute {
  /** `String`, `Number` or `Binary`, perhaps with a suffix: `String.json`. */
  readonly DataType: string | undefined;
  /** Of a `String` and a `Number`. */
  readonly StringValue?: string | undefined;
  /** Of a `Binary`; a text is base64 with padding, as in JSON that the AWS command line prints. */
  readonly BinaryValue?: Uint8Array | string | undefined;
  /** SQS has no lists; the SDK gives empty ones at times. */
  readonly StringListValues?: readonly string[] | undefined;
  /** As above. */
  readonly BinaryListValues?: readonly Uint8Array[] | undefined;
}

const FIELDS: ReadonlyArray<keyof MessageAttribute> = [
  'DataType',
  'StringValue',
  'BinaryValue',
  'StringListValues',
  'BinaryListValues',
];

/** What an attribute is in a row: its JSON text, and what that means. */
export interface AttributeParts {
  readonly text: Buffer;
  readonly value: unknown;
}

/**
 * The parts of an attribute that a caller gave, as an object or as its JSON text. Throws ArgumentError.
 *
 * @param shown the attribute, for people.
 */
export function attributeParts(given: MessageAttribute | string, shown: () => string, reader: JsonReader) {
  return typeof given === 'string' ? partsOfText(given, shown, reader) : partsOfObject(given, shown);
}

function partsOfText(given: string, shown: () => string, reader: JsonReader): AttributeParts {
  const text = Buffer.from(givenText(given, shown));
  try {
    reader.reset(shown(), text);
    const value = reader.value();
    reader.end();
    return { text, value };
  } catch (error) {
    throw error instanceof DataError ? new ArgumentError(`${error.message} (a text is the attribute as JSON)`) : error;
  }
}

function partsOfObject(given: MessageAttribute, shown: () => string): AttributeParts {
  givenFields(givenObject(given, shown), FIELDS, shown);
  refuseLists(given, shown);
  const { StringValue: text, BinaryValue: bytes } = given;
  const value: Record<string, string> = { DataType: givenText(given.DataType!, () => `DataType of ${shown()}`) };
  if (text !== undefined) value.StringValue = givenText(text, () => `StringValue of ${shown()}`);
  if (bytes !== undefined) value.BinaryValue = base64Of(bytes, shown);
  return { text: Buffer.from(JSON.stringify(value)), value };
}

function refuseLists({ StringListValues: texts, BinaryListValues: binaries }: MessageAttribute, shown: () => string) {
  for (const list of [texts, binaries]) {
    if (list === undefined) continue;
    if (!Array.isArray(list)) throw wrongKind(list, shown, 'without a list of values, or with an empty one');
    if (list.length !== 0) throw new ArgumentError(`${shown()} has a list of values, SQS knows single ones alone`);
  }
}

function base64Of(given: Uint8Array | string, shown: () => string): string {
  if (given instanceof Uint8Array) {
    const { buffer, byteOffset, length } = givenBytes(given, () => `BinaryValue of ${shown()}`);
    return Buffer.from(buffer, byteOffset, length).toString('base64');
  }
  if (typeof given === 'string' && Buffer.from(given, 'base64').toString('base64') === given) return given;
  const what = typeof given === 'string' ? 'another text' : kindOf(given);
  throw new ArgumentError(`BinaryValue of ${shown()} must be bytes, or their base64 with padding, not ${what}`);
}
