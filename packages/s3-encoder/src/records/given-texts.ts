import { isUtf8 } from 'node:buffer';
import { ArgumentError } from '@ekv/snapshot';
import { givenBytes, givenText, isPlainObject, type TextOrBytes, wrongKind } from '@ekv/snapshot/arguments';

/** Text, or bytes that are UTF-8, for values that are kept as JSON: other bytes would become U+FFFD. Throws ArgumentError. */
export function givenUtf8(given: TextOrBytes, name: () => string): Uint8Array {
  const bytes = givenBytes(given, name);
  if (typeof given === 'string' || isUtf8(bytes)) return bytes;
  throw new ArgumentError(`${name()} must be UTF-8: S3 keeps it as text`);
}

/** As {@link givenUtf8}; nothing when nothing is given. */
export function givenOptionalUtf8(given: TextOrBytes | undefined, name: () => string): Uint8Array | undefined {
  return given === undefined ? undefined : givenUtf8(given, name);
}

/** User metadata: names and values. */
export type UserMetadata =
  | ReadonlyMap<string, TextOrBytes>
  | { readonly [name: string]: TextOrBytes | undefined }
  | null;

/** @param of the object that it belongs to, for messages. Throws ArgumentError. */
export function givenMetadata(given: UserMetadata | undefined, of: () => string): Map<string, Uint8Array> | undefined {
  if (given === undefined || given === null) return undefined;
  const metadata = new Map<string, Uint8Array>();
  for (const [name, value] of entriesOf(given, of)) {
    if (value === undefined) continue;
    givenText(name, () => `a name in the user metadata of ${of()}`);
    metadata.set(
      name,
      givenUtf8(value, () => `the value of ${JSON.stringify(name)} in the user metadata of ${of()}`),
    );
  }
  return metadata;
}

function entriesOf(given: UserMetadata & object, of: () => string): Iterable<[string, TextOrBytes | undefined]> {
  if (given instanceof Map) return given;
  // The fields of any other object, such as Headers, are not what it holds.
  if (!isPlainObject(given)) throw wrongKind(given, () => `the user metadata of ${of()}`, 'a Map or a plain object');
  return Object.entries(given);
}
