import { posix } from 'node:path';
import { DataError } from '@ekv/snapshot';
import { givenText } from '@ekv/snapshot/arguments';
import type { Item } from '../records/attribute-value.ts';
import { exportedItem } from './export-item.ts';
import { type DataFile, readDataFile, readSummary } from './export-manifest.ts';
import { linesOf, readSum, withoutTrailingSlash } from './summed-lines.ts';

/**
 * The items of a full export of a table to S3 in the format `DYNAMODB_JSON`, in groups as they are read: for `table.rows`. Its manifests
 * and data files are read one after the other, some hundred kilobytes at a time; their MD5 sums and counts of items must hold.
 *
 * @param folder a copy of `AWSDynamoDB/<id>/`, where `manifest-summary.json` is.
 * @throws ArgumentError for anything but a path; while it is walked over, EnvironmentError for what cannot be read, and DataError with path
 * and line for a folder that is not such an export, or not as it was written.
 */
export function fromExport(folder: string): AsyncGenerator<readonly Item[], void, undefined> {
  return items(withoutTrailingSlash(givenText(folder, 'the folder of an export')));
}

async function* items(folder: string): AsyncGenerator<readonly Item[], void, undefined> {
  const { itemCount, manifestFiles } = await readSummary(folder);
  let count = 0;
  for await (const file of dataFiles(folder, manifestFiles)) {
    for await (const group of itemsOfFile(`${folder}/data/${posix.basename(file.key)}`, file)) {
      count += group.length;
      yield group;
    }
  }
  if (count !== itemCount)
    throw new DataError(`${folder}: the export has ${count} items, manifest-summary.json says ${itemCount}`);
}

async function* dataFiles(folder: string, name: string): AsyncGenerator<DataFile> {
  const path = `${folder}/${name}`;
  let number = 0;
  for await (const lines of linesOf({ path, md5: await readSum(path.replace(/\.json$/, '.md5')), form: 'plain' }))
    for (const line of lines) yield readDataFile(line, `${path}, line ${++number}`);
}

async function* itemsOfFile(path: string, { md5, itemCount }: DataFile): AsyncGenerator<readonly Item[]> {
  let number = 0;
  for await (const lines of linesOf({ path, md5, form: path.endsWith('.gz') ? 'gzip' : 'plain' }))
    yield lines.map((line) => exportedItem(line, path, ++number));
  if (number !== itemCount) throw new DataError(`${path} has ${number} items, manifest-files.json says ${itemCount}`);
}
