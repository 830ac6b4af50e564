import { printable } from '@ekv/snapshot';
import type * as z from 'zod/mini';
import { isJsonObject } from './json-object.ts';

type Issue = z.core.$ZodIssue;

const TYPE_CODES: ReadonlySet<string> = new Set(['invalid_type', 'too_small', 'too_big']);

/**
 * The issues that a schema found, one for each field: first the format version, then wrong types and ranges of fields that
 * are there, then fields that are missing or have a wrong value (docs/format/02-dump-tree.md, section 3.3).
 *
 * @param known what was given to the schema.
 */
export function orderedIssues(issues: readonly Issue[], known: unknown): Issue[] {
  const rank = ({ code, path }: Issue) => {
    if (path[0] === 'format_version') return 0;
    return TYPE_CODES.has(code) && valueAt(known, path) !== undefined ? 1 : 2;
  };
  const reported: Issue[] = [];
  for (const issue of issues.toSorted((a, b) => rank(a) - rank(b))) {
    if (!reported.some(({ path }) => isAtOrBelow(path, issue.path))) reported.push(issue);
  }
  return reported;
}

/** Of a field below which something is wrong already nothing more is reported. */
function isAtOrBelow(path: Issue['path'], above: Issue['path']): boolean {
  return above.every((step, i) => path[i] === step);
}

/** A field by its full name, such as `adapters.redis.databases[0]`. */
export function fieldName(path: Issue['path']): string {
  return path.reduce<string>((name, step) => {
    if (typeof step === 'number') return `${name}[${step}]`;
    return name === '' ? String(step) : `${name}.${String(step)}`;
  }, '');
}

/** What stands in the file under `path`; undefined when nothing does. */
export function valueAt(tree: unknown, path: Issue['path']): unknown {
  let value = tree;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<PropertyKey, unknown>)[step];
  }
  return value;
}

/** What the field is, and what it must be. `rule` reads on after "must be". */
export function brokenRule(field: string, found: unknown, rule: string): string {
  return `${field} is ${describe(found)}, but must be ${rule}`;
}

/** For a missing field: whether it, or what should hold it, is there in other case; a common slip of hand edits. */
export function otherCase(field: string, unknown: readonly string[]): string {
  const found = unknown.find((name) => `${field}.`.startsWith(`${name.toLowerCase()}.`));
  return found === undefined ? '' : ` (there is ${printable(Buffer.from(found))}; the case of field names matters)`;
}

/** A value for messages, in one short line. */
export function describe(value: unknown): string {
  if (value === undefined) return 'missing';
  if (typeof value === 'string') return `"${printable(Buffer.from(value))}"`;
  if (Array.isArray(value)) return 'an array';
  if (isJsonObject(value)) return 'an object';
  return printable(Buffer.from(String(value)));
}
