import type { JsonReader, TreeSource, UnknownFields } from '@ekv/dump-tree';

/** What the JSON files of a tree are read with; the EncodeContext of each adapter is one. */
export interface JsonFieldContext {
  readonly tree: Pick<TreeSource, 'display'>;
  readonly reader: JsonReader;
  readonly unknownFields: UnknownFields;
}

/** Version of the JSON files of all adapters. */
export const FORMAT_VERSION = 1;

/** Of a version, as other integers of 32 bits. */
const MOST_VERSION = 2n ** 32n - 1n;

/** Reads the value of `format_version`, which must be {@link FORMAT_VERSION}; fails at it. @returns that there is one. */
export function readFormatVersion(reader: JsonReader): true {
  const version = reader.integer('"format_version"', 0n, MOST_VERSION);
  if (version !== BigInt(FORMAT_VERSION))
    reader.fail(`"format_version" is ${version}, this version of ekv reads ${FORMAT_VERSION} alone`);
  return true;
}

/**
 * Fails because a file has no `format_version`.
 *
 * @param fail throws an error with what it is given, such as `reader.failAtMark` at the start of the file.
 */
export function failWithoutVersion(fail: (rule: string) => never): never {
  return fail(`"format_version" is missing, it must be ${FORMAT_VERSION}`);
}

/** Passes over a field that means nothing, and remembers its name. @param path byte string of the file. */
export function skipUnknown({ tree, reader, unknownFields }: JsonFieldContext, field: string, path: string): void {
  unknownFields.add(field, () => `${tree.display(path)}:${reader.lineAt(reader.mark())}`);
  reader.skip();
}

/** The UTF-8 of a text field; `undefined` for `null`. Valid as long as the bytes of the file. */
export function readText(reader: JsonReader, field: string): Buffer | undefined {
  return reader.takeNull() ? undefined : reader.stringBytes(`"${field}"`);
}
