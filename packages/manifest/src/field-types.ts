import { isJsonObject } from './json-object.ts';
import { mapped, refined, type Shape, typed } from './shape.ts';

// The message of every shape says what the field must be; a reader adds path, field and what was found.
// docs/format/02-dump-tree.md, section 2.2: integers are plain digits and never pass through a float.

const U64_MAX = 18_446_744_073_709_551_615n;
const U32_MAX = 4_294_967_295n;

export const u64: Shape<bigint> = integer(U64_MAX);
export const u32: Shape<number> = mapped(integer(U32_MAX), Number);
export const text: Shape<string> = string('a string');
export const flag: Shape<boolean> = typed((value) => typeof value === 'boolean', 'true or false');

export function list<Element>(element: Shape<Element>, what: string): Shape<Element[]> {
  const array = typed((value): value is unknown[] => Array.isArray(value), `an array of ${what}`);
  return {
    read: (value, path, issues) => {
      const before = issues.length;
      const elements = array.read(value, path, issues);
      if (issues.length > before) return [];
      return elements.map((one, i) => element.read(one, [...path, i], issues));
    },
  };
}

/** An object of which the names say nothing by themselves: any name, also `__proto__`, in the order of the file. */
export function mapOf<Value>(value: Shape<Value>, what: string): Shape<Map<string, Value>> {
  const named = typed(isJsonObject, `an object of ${what}`);
  return {
    read: (found, path, issues) => {
      const before = issues.length;
      const members = named.read(found, path, issues);
      if (issues.length > before) return new Map();
      return new Map(
        Object.entries(members).map(([name, held]) => [name, value.read(held, [...path, name], issues)] as const),
      );
    },
  };
}

/** The same as an object, of names that are no special ones. */
export function recordOf<Value>(value: Shape<Value>, what: string): Shape<Record<string, Value>> {
  return mapped(mapOf(value, what), (members) => {
    members.delete('__proto__');
    return Object.fromEntries(members);
  });
}

/** A field with one implemented value; other text is the value of another tool. */
export function onlyText<const Value extends string>(value: Value): Shape<Value> {
  return oneOf([value], `"${value}", the only value implemented`);
}

/** One of some texts. */
export function oneOf<const Value extends string>(values: readonly Value[], message: string): Shape<Value> {
  const isOne = (found: string): found is Value => values.includes(found as Value);
  return refined(string(message), isOne, message, 'value');
}

/** A text for which more must hold. */
export function textOf(isFine: (found: string) => boolean, message: string): Shape<string> {
  return refined(string(message), isFine, message, 'rule');
}

export function onlyNumber<const Value extends number>(value: Value): Shape<Value> {
  const is = (found: number): found is Value => found === value;
  return refined(u32, is, `${value}, the only value implemented`, 'value');
}

function string(message: string): Shape<string> {
  return typed((value) => typeof value === 'string', message);
}

function integer(max: bigint): Shape<bigint> {
  const message = `an integer from 0 to ${max} in plain digits`;
  const digits = typed((value) => typeof value === 'bigint', message);
  return refined(digits, (value) => value >= 0n && value <= max, message, 'range');
}
