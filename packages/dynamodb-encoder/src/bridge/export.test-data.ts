import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** Writes what DynamoDB writes for a full export. @param files lines of each data file. @returns the folder of the export. */
export function writeExport(root: string, files: ReadonlyArray<readonly string[]>, summary: object = {}): string {
  const folder = join(root, 'AWSDynamoDB/01234567890123-abcdef01');
  mkdirSync(join(folder, 'data'), { recursive: true });
  const list = files.map((lines, i) => {
    const bytes = gzipSync(lines.map((line) => `${line}\n`).join(''));
    writeFileSync(join(folder, `data/part${i}.json.gz`), bytes);
    const dataFileS3Key = `exports/AWSDynamoDB/01234567890123-abcdef01/data/part${i}.json.gz`;
    return JSON.stringify({ itemCount: lines.length, md5Checksum: md5(bytes), etag: 'x-1', dataFileS3Key });
  });
  writeSummed(folder, 'manifest-files', list.map((line) => `${line}\n`).join(''));
  const itemCount = files.flat().length;
  const about = {
    version: '2020-06-30',
    itemCount,
    outputFormat: 'DYNAMODB_JSON',
    exportType: 'FULL_EXPORT',
    ...summary,
  };
  writeSummed(
    folder,
    'manifest-summary',
    JSON.stringify({ ...about, manifestFilesS3Key: 'exports/AWSDynamoDB/01234567890123-abcdef01/manifest-files.json' }),
  );
  return folder;
}

function writeSummed(folder: string, name: string, text: string): void {
  writeFileSync(join(folder, `${name}.json`), text);
  writeFileSync(join(folder, `${name}.md5`), md5(Buffer.from(text)));
}

function md5(bytes: Uint8Array): string {
  return createHash('md5').update(bytes).digest('base64');
}
