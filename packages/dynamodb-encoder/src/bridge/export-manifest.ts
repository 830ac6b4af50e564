import { posix } from 'node:path';
import { DataError } from '@ekv/snapshot';
import { shownText } from '../layout/shown-text.ts';
import { refuseIncomplete, SUMMARY } from './export-parts.ts';
import { linesOf, readSum } from './summed-lines.ts';

/** What an export says of itself. */
interface Summary {
  readonly itemCount: number;
  /** Name of the list of data files, in the folder of the export. */
  readonly manifestFiles: string;
}

/** A data file, as the list of data files has it. */
export interface DataFile {
  readonly itemCount: number;
  /** Base64 of the MD5 sum of the file as it lies there. */
  readonly md5: string;
  readonly key: string;
}

/** Throws DataError for a folder that is no export, for one that is no full one in `DYNAMODB_JSON`, and for a summary that its sum does not fit. */
export async function readSummary(folder: string): Promise<Summary> {
  await refuseIncomplete(folder);
  const path = `${folder}/${SUMMARY}`;
  let text = '';
  for await (const lines of linesOf({ path, md5: await readSum(`${folder}/manifest-summary.md5`), form: 'plain' }))
    text += lines.join('\n');
  const { outputFormat, exportType = 'FULL_EXPORT', itemCount, manifestFilesS3Key } = fieldsOf(text, path);
  if (outputFormat !== 'DYNAMODB_JSON')
    throw new DataError(`${path}: the export has the format ${shown(outputFormat)}; export in DYNAMODB_JSON`);
  if (exportType !== 'FULL_EXPORT')
    throw new DataError(`${path}: the export is of the type ${shown(exportType)}; take a FULL_EXPORT`);
  return {
    itemCount: countOf(itemCount, path),
    manifestFiles: typeof manifestFilesS3Key === 'string' ? posix.basename(manifestFilesS3Key) : 'manifest-files.json',
  };
}

/** @param where path and line. Throws DataError. */
export function readDataFile(line: string, where: string): DataFile {
  const { itemCount, md5Checksum, dataFileS3Key } = fieldsOf(line, where);
  if (typeof md5Checksum !== 'string' || typeof dataFileS3Key !== 'string')
    throw new DataError(`${where} must have "md5Checksum" and "dataFileS3Key"`);
  return { itemCount: countOf(itemCount, where), md5: md5Checksum, key: dataFileS3Key };
}

function fieldsOf(text: string, where: string): Record<string, unknown> {
  try {
    const json: unknown = JSON.parse(text);
    if (typeof json === 'object' && json !== null) return json as Record<string, unknown>;
  } catch (error) {
    throw new DataError(`${where} is no JSON`, { cause: error });
  }
  throw new DataError(`${where} is no JSON object`);
}

function countOf(given: unknown, where: string): number {
  if (Number.isSafeInteger(given) && (given as number) >= 0) return given as number;
  throw new DataError(`${where}: "itemCount" must be a count, not ${shown(given)}`);
}

function shown(given: unknown): string {
  return shownText(typeof given === 'string' ? given : String(JSON.stringify(given)));
}
