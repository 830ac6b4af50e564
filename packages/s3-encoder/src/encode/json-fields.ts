import type { EncodeContext } from './encode-context.ts';

/** Reads `format_version`, which must be 1. */
export function readFormatVersion({ reader }: EncodeContext): true {
  reader.integer('"format_version"', 1n, 1n);
  return true;
}

/** A text as UTF-8; `undefined` for `null`. Valid as long as the file's bytes. */
export function readText({ reader }: EncodeContext, field: string): Buffer | undefined {
  return reader.takeNull() ? undefined : reader.stringBytes(`"${field}"`);
}

/** Passes over a field that means nothing, and remembers its name. */
export function skipUnknown({ tree, reader, unknownFields }: EncodeContext, field: string, path: string): void {
  unknownFields.add(field, tree.display(path));
  reader.skip();
}
