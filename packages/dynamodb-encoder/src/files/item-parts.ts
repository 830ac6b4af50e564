import { DYNAMODB_FOLDER, ITEMS_NAME } from './paths.ts';

/** Files with many items, a line for each: the layout `jsonl`. docs/format/04-dynamodb.md, section 11. */

const PART_DIGITS = 5;
const PART = /^data-([0-9]{5,15})\.jsonl$/;
/** What may be meant as one. */
export const PART_LIKE = /^data-.*\.jsonl$/;

/** @param number from 1 on. */
export function partName(number: number): string {
  return `data-${String(number).padStart(PART_DIGITS, '0')}.jsonl`;
}

/** The number of a part; `undefined` when no part has this name. */
export function partNumber(name: string): number | undefined {
  const digits = PART.exec(name)?.[1];
  const number = Number(digits);
  return digits !== undefined && number > 0 && partName(number) === name ? number : undefined;
}

const ITEMS_OF_TABLE = new RegExp(`^${DYNAMODB_FOLDER}/[^/]+/${ITEMS_NAME}/`);

/** A name for all parts of a table together; `undefined` for other files. */
export function wholeOfPart(path: string): string | undefined {
  const folder = ITEMS_OF_TABLE.exec(path)?.[0];
  if (folder === undefined || partNumber(path.slice(folder.length)) === undefined) return undefined;
  return `${folder}data-*.jsonl`;
}
