import type { Owner } from '@ekv/adapter';
import { numberKey } from '../layout/number-key.ts';
import type { StoredValue } from '../layout/stored-value.ts';
import { keyName } from './key-names.ts';
import { DYNAMODB_FOLDER, ITEM_SUFFIX, ITEMS_NAME, tableFolder } from './paths.ts';

/** See `Adapter.mayBeOf`: an item has a file below its table, named after its key. Files with many items are those of any. */
export function mayBeOfItem(path: string, { scope, key, sortKey }: Owner): boolean {
  if (scope === undefined || !path.startsWith(`${DYNAMODB_FOLDER}/`)) return true;
  const table = tableFolder(scope);
  if (path === table) return true;
  if (!path.startsWith(`${table}/`)) return false;
  const items = `${table}/${ITEMS_NAME}/`;
  if (key === undefined || !path.startsWith(items) || path.endsWith('.jsonl')) return true;
  const names = path.slice(items.length).split('/');
  const file = names.at(-1)!;
  if (file.endsWith(ITEM_SUFFIX)) names[names.length - 1] = file.slice(0, -ITEM_SUFFIX.length);
  return names.every((name, i) => namesOf(i === 0 ? key : sortKey).includes(name) || namesOf(key).includes(file));
}

/** Of a text, bytes, or the text of a number: which of them a key is, its address does not say. */
function namesOf(key: Buffer | undefined): string[] {
  if (key === undefined) return [];
  const values: StoredValue[] = [
    { kind: 'S', bytes: key },
    { kind: 'B', bytes: key },
  ];
  if (numberKey(key.toString()) !== undefined) values.push({ kind: 'N', bytes: key });
  return values.map(keyName);
}
