/**
 * A value as the clients of DynamoDB have it: an object whose one name is the kind. Numbers are decimal text of any size, B is bytes
 * (not base64). What the AWS SDK for JavaScript gives is of this type, and what readers of this package give can be given to the SDK.
 */
export type AttributeValue =
  | { readonly S: string }
  | { readonly N: string }
  | { readonly B: Uint8Array }
  | { readonly BOOL: boolean }
  | { readonly NULL: boolean }
  | { readonly SS: Elements<string> }
  | { readonly NS: Elements<string> }
  | { readonly BS: Elements<Uint8Array> }
  | { readonly L: readonly AttributeValue[] }
  | { readonly M: Item }
  | UnknownValue;

/** Elements of a set keep their order, also where one comes twice. */
export type Elements<T> = readonly T[] | ReadonlySet<T>;

/** Stands in the types of the AWS SDK for kinds of later versions. It is refused. */
export interface UnknownValue {
  readonly $unknown: readonly [string, unknown];
}

/** Values by attribute name: an object, or a Map for names such as `__proto__`. */
export type Item = ReadonlyMap<string, AttributeValue> | Readonly<Record<string, AttributeValue>>;

/** Items one by one, or in groups such as the pages of a Scan. */
export type ItemOrPage = Item | readonly Item[];
