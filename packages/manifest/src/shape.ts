import { isJsonObject } from './json-object.ts';

/** Where a field stands: names, and numbers of elements. */
export type FieldPath = readonly (string | number)[];

/** A rule that a field breaks. */
export interface Issue {
  readonly path: FieldPath;
  /** What the field must be. */
  readonly message: string;
  /** Whether its type or its range is wrong, or else it is missing or has a wrong value. */
  readonly kind: 'type' | 'range' | 'value' | 'rule';
}

/** What a field of a JSON file must be. */
export interface Shape<Value> {
  /**
   * The value that the field stands for. What is wrong is added to `issues`; then what is given means nothing.
   *
   * @param value as `JsonReader.value` gives it, `undefined` for a field that is absent.
   */
  readonly read: (value: unknown, path: FieldPath, issues: Issue[]) => Value;
  /** The fields of an object, whether or not it may be absent. */
  readonly fields?: Fields;
}

export type Fields = Readonly<Record<string, Shape<unknown>>>;

/** What a shape gives. */
export type ValueOf<S> = S extends Shape<infer Value> ? Value : never;

type OptionalName<F extends Fields> = { [N in keyof F]: undefined extends ValueOf<F[N]> ? N : never }[keyof F];

/** The object that fields make; those that may be `undefined` may be absent. */
export type ObjectOf<F extends Fields> = {
  -readonly [N in Exclude<keyof F, OptionalName<F>>]: ValueOf<F[N]>;
} & { -readonly [N in OptionalName<F>]?: ValueOf<F[N]> } extends infer O
  ? { [N in keyof O]: O[N] }
  : never;

/** A shape of an object, which has fields in any case. */
export interface ObjectShape<F extends Fields> extends Shape<ObjectOf<F>> {
  readonly fields: F;
}

/** An object with these fields; others are passed over. They are looked at in this order. */
export function object<F extends Fields>(fields: F, message = 'an object'): ObjectShape<F> {
  const named = Object.entries(fields);
  return {
    fields,
    read: (value, path, issues) => {
      const given: Record<string, unknown> = {};
      if (!isJsonObject(value)) issues.push({ path, message, kind: 'type' });
      else {
        for (const [name, shape] of named) {
          const held = shape.read(value[name], [...path, name], issues);
          if (held !== undefined) given[name] = held;
        }
      }
      return given as ObjectOf<F>;
    },
  };
}

/** A value of which a test says whether it is of the type. */
export function typed<Value>(is: (value: unknown) => value is Value, message: string): Shape<Value> {
  return {
    read: (value, path, issues) => {
      if (!is(value)) issues.push({ path, message, kind: 'type' });
      return value as Value;
    },
  };
}

/** A value for which more must hold than its type, which is looked at first. */
export function refined<Value, Fine extends Value>(
  shape: Shape<Value>,
  isFine: (value: Value) => value is Fine,
  message: string,
  kind: Issue['kind'],
): Shape<Fine>;
export function refined<Value>(
  shape: Shape<Value>,
  isFine: (value: Value) => boolean,
  message: string,
  kind: Issue['kind'],
): Shape<Value>;
export function refined<Value>(
  shape: Shape<Value>,
  isFine: (value: Value) => boolean,
  message: string,
  kind: Issue['kind'],
): Shape<Value> {
  return {
    read: (value, path, issues) => {
      const before = issues.length;
      const read = shape.read(value, path, issues);
      if (issues.length === before && !isFine(read)) issues.push({ path, message, kind });
      return read;
    },
  };
}

/** A value as something else. */
export function mapped<From, To>(shape: Shape<From>, to: (value: From) => To): Shape<To> {
  return {
    read: (value, path, issues) => {
      const before = issues.length;
      const read = shape.read(value, path, issues);
      return issues.length === before ? to(read) : (read as unknown as To);
    },
  };
}

/** A field that may be absent. */
export function optional<Value>(shape: Shape<Value>): Shape<Value | undefined> {
  return {
    ...shape,
    read: (value, path, issues) => (value === undefined ? undefined : shape.read(value, path, issues)),
  };
}

/** A field that may be absent, and is this then. */
export function withDefault<Value>(shape: Shape<Value>, byDefault: () => Value): Shape<Value> {
  return {
    ...shape,
    read: (value, path, issues) => (value === undefined ? byDefault() : shape.read(value, path, issues)),
  };
}

/** An object that may be absent, and is one without fields then. */
export function emptyByDefault<Value>(shape: Shape<Value>): Shape<Value> {
  return {
    ...shape,
    read: (value, path, issues) => shape.read(value === undefined ? Object.create(null) : value, path, issues),
  };
}

/** An object with rules that join its fields. They are looked at unless a field has another type than it must have, or is missing. */
export function withRules<F extends Fields>(
  shape: ObjectShape<F>,
  check: (value: ObjectOf<F>, broken: (path: FieldPath, message: string) => void) => void,
): ObjectShape<F> {
  return {
    ...shape,
    read: (value, path, issues) => {
      const before = issues.length;
      const read = shape.read(value, path, issues);
      const canBeJoined = issues.slice(before).every(({ kind }) => kind === 'range' || kind === 'rule');
      if (canBeJoined) check(read, (at, message) => issues.push({ path: [...path, ...at], message, kind: 'rule' }));
      return read;
    },
  };
}

/** What a shape gives for a value; `undefined` when the value breaks a rule of it. */
export function valueIn<Value>(shape: Shape<Value>, value: unknown): Value | undefined {
  const issues: Issue[] = [];
  const read = shape.read(value, [], issues);
  return issues.length === 0 ? read : undefined;
}
