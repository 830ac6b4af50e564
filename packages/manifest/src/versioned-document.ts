import { JsonReader } from '@ekv/dump-tree';
import { DataError } from '@ekv/snapshot';
import { brokenRule, describe, fieldName, orderedIssues, otherCase, valueAt } from './broken-rule.ts';
import { EXTENSION_FIELD } from './extension.ts';
import { EXTENSION_VERSION } from './format-versions.ts';
import { isJsonObject, type JsonFields } from './json-object.ts';
import { type Checked, versionNumber } from './schema-check.ts';

/** A JSON file that starts with a version gate. */
export interface DocumentKind<Fields> {
  /** For messages, such as `manifest`. */
  readonly name: string;
  readonly check: (tree: JsonFields) => Checked<Fields>;
  /** The one format version that is read. */
  readonly version: number;
  /** What a file without format_version counts as; without it such a file is broken. */
  readonly absentVersion?: bigint;
  readonly broken: new (message: string, field: string, fields?: readonly string[]) => DataError;
  readonly unsupported: new (message: string, version: number) => DataError;
}

/**
 * Reads one JSON object: its syntax, then its version, then its fields. What is wrong with the fields is reported all together,
 * as a person who wrote the file by hand wants to know it. `unknown` has the full names of other fields.
 */
export function readDocument<Fields>(
  bytes: Uint8Array,
  path: string,
  kind: DocumentKind<Fields>,
): { fields: Fields; unknown: string[] } {
  const unknown: string[] = [];
  const whole = readObject(bytes, path, kind);
  checkVersion(whole, path, kind);
  const tree = withoutOtherExtension(whole, unknown);
  const { known, unknown: others, result } = kind.check(tree);
  unknown.push(...others);
  if (result.success) return { fields: result.data, unknown };
  const issues = orderedIssues(result.error.issues, known);
  const fields = issues.map(({ path }) => fieldName(path));
  const said = issues.map((issue, i) => {
    const field = fields[i]!;
    const found = valueAt(tree, issue.path);
    return brokenRule(field, found, issue.message) + (found === undefined ? otherCase(field, unknown) : '');
  });
  const count = said.length === 1 ? '' : `${said.length} fields are wrong: `;
  throw new kind.broken(`${path}: ${count}${said.join('; ')}`, fields[0]!, fields);
}

/** With another version than the known one the extension counts as a field that means nothing. */
function withoutOtherExtension(tree: JsonFields, unknown: string[]): JsonFields {
  const value = tree[EXTENSION_FIELD];
  if (!isJsonObject(value) || value.version === BigInt(EXTENSION_VERSION)) return tree;
  unknown.push(`${EXTENSION_FIELD} (of version ${describe(value.version ?? undefined)})`);
  const { [EXTENSION_FIELD]: _, ...others } = tree;
  return Object.assign(Object.create(null), others);
}

/** `null` counts as an object without fields, so that the version gate answers for it. */
function readObject(bytes: Uint8Array, path: string, kind: DocumentKind<unknown>): JsonFields {
  try {
    const reader = new JsonReader();
    reader.reset(path, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
    const value = reader.value() ?? Object.create(null);
    if (!isJsonObject(value)) reader.fail(`the ${kind.name} must be one JSON object, not ${describe(value)}`);
    reader.end();
    return value;
  } catch (error) {
    throw error instanceof DataError ? new kind.broken(error.message, '') : error;
  }
}

function checkVersion(tree: JsonFields, path: string, kind: DocumentKind<unknown>): void {
  const found = tree.format_version ?? undefined;
  const version = versionNumber(found ?? kind.absentVersion);
  // A version that is none is reported with all else that is wrong.
  if (version === kind.version || version === undefined) return;
  const reason = version > kind.version ? 'a newer tool wrote it' : 'it is damaged, or a newer tool wrote it';
  throw new kind.unsupported(
    `${path}: unsupported version: format_version is ${describe(found)}, but this ekv reads ${kind.version} only; ${reason}, read the ${kind.name} with that tool or with a newer ekv`,
    version,
  );
}
