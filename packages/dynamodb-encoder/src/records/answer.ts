/** What to do with an answer of the SDK where items are wanted. */
export const ANSWER_ADVICE =
  'is an answer of the SDK, not an item; pass answers to Scan or Query through fromSdk(), of others give the Item';

/** Whether something that is no item is an answer of the AWS SDK, or a line of an export or of the command line that wraps an item. */
export function isAnswer(given: unknown): boolean {
  if (typeof given !== 'object' || given === null || given instanceof Map) return false;
  const { Items: items, Count: count, $metadata: metadata } = given as Readonly<Record<string, unknown>>;
  // Attributes of an item may have these names; values of attributes are objects without such fields.
  if (Array.isArray(items) || typeof count === 'number' || 'httpStatusCode' in Object(metadata)) return true;
  const [[name, wrapped] = [], ...others] = Object.entries(given);
  return (
    name === 'Item' && others.length === 0 && Object.values(Object(wrapped)).every((value) => Object(value) === value)
  );
}
