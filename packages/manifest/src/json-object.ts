/** Fields of a JSON object as `JsonReader.value` gives them. */
export type JsonFields = Readonly<Record<string, unknown>>;

export function isJsonObject(value: unknown): value is JsonFields {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === null;
}
