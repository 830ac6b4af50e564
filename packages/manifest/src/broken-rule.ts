import { printable } from '@ekv/snapshot';
import type * as z from 'zod';
import { isJsonObject } from './known-fields.ts';

type Issue = z.core.$ZodIssue;

const TYPE_CODES: ReadonlySet<string> = new Set(['invalid_type', 'too_small', 'too_big']);

/**
 * The issue to report of those that a schema found: wrong types and ranges of fields that are there come before fields
 * that are missing or have a wrong value (docs/format/02-dump-tree.md, section 3.3).
 *
 * @param known what was given to the schema.
 */
export function firstIssue(issues: readonly Issue[], known: unknown): Issue {
  const ofType = (issue: Issue) => TYPE_CODES.has(issue.code) && valueAt(known, issue.path) !== undefined;
  return issues.find(ofType) ?? issues[0]!;
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

/** One line: what the field is, and what it must be. `rule` reads on after "must be". */
export function brokenRule(path: string, field: string, found: unknown, rule: string): string {
  return `${path}: ${field} is ${describe(found)}, but must be ${rule}`;
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
