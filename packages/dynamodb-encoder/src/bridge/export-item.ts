import { decodedBase64 } from '@ekv/adapter';
import { DataError } from '@ekv/snapshot';
import { shownText } from '../layout/shown-text.ts';
import type { Item } from '../records/attribute-value.ts';

/** JSON of which nothing is known. */
type Json = Record<string, unknown>;

/**
 * The item of a line of a data file. Its base64 is made bytes, at all levels; what else is wrong with it is found where items are looked
 * at. Throws DataError with path, line and attribute.
 *
 * @param number of the line, from 1 on.
 */
export function exportedItem(line: string, path: string, number: number): Item {
  const item = parsed(line, path, number).Item;
  if (!isFields(item))
    throw new DataError(`${path}, line ${number} holds no "Item"; an incremental export has changes, take a full one`);
  try {
    reviveFields(item);
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    throw new DataError(`${path}, line ${number}: ${error.message}`, { cause: error });
  }
  return item as Item;
}

function parsed(line: string, path: string, number: number): Json {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch (error) {
    throw new DataError(`${path}, line ${number} is no JSON`, { cause: error });
  }
  if (isFields(json)) return json;
  throw new DataError(`${path}, line ${number} is no JSON object`);
}

/** Values by name, in place. */
function reviveFields(fields: Json): void {
  for (const name of Object.keys(fields)) {
    const value = fields[name];
    if (isFields(value)) revive(value, name);
  }
}

/** @param name of the attribute, or of what it is in. */
function revive(value: Json, name: string): void {
  if (typeof value.B === 'string') value.B = bytesOf(value.B, name);
  else if (Array.isArray(value.BS))
    value.BS = value.BS.map((text) => (typeof text === 'string' ? bytesOf(text, name) : text));
  else if (Array.isArray(value.L)) {
    for (const element of value.L) if (isFields(element)) revive(element, name);
  } else if (isFields(value.M)) reviveFields(value.M);
}

function bytesOf(text: string, name: string): Buffer {
  const bytes = decodedBase64(Buffer.from(text));
  if (bytes !== undefined) return bytes;
  throw new DataError(`the bytes of the attribute ${shownText(name)} must be base64, not ${shownText(text)}`);
}

function isFields(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
