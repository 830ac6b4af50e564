import { createHash, randomBytes } from 'node:crypto';
import {
  appendFileSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { ArgumentError, DataError, EnvironmentError } from '@ekv/snapshot';
import { openFilesIn } from '@ekv/test-support/open-files';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { allOf } from '../async-iterables.test-data.ts';
import { defineTable, type Item } from '../index.ts';
import { fromExport } from './aws.ts';
import { writeExport } from './export.test-data.ts';

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'ekv-export-'));
});
afterAll(() => rmSync(root, { recursive: true }));

const line = (item: object) => JSON.stringify({ Item: item });
const FILES = [[line({ id: { N: '1' } }), line({ id: { N: '2' } })], [], [line({ id: { N: '3' } })]];

/** An export in a folder of its own. */
function exported(files: ReadonlyArray<readonly string[]> = FILES, summary?: object): string {
  return writeExport(mkdtempSync(join(root, 'e-')), files, summary);
}

async function itemsOf(folder: string): Promise<Item[]> {
  return (await allOf(fromExport(folder))).flat();
}

test('the items of all data files are given in their order', async () => {
  const items = [{ id: { N: '1' } }, { id: { N: '2' } }, { id: { N: '3' } }];
  expect(await itemsOf(exported())).toEqual(items);
  expect(await itemsOf(`${exported()}/`)).toEqual(items);
});

test('base64 is made bytes at all levels, and names may be any', async () => {
  const text =
    '{"Item":{"id":{"B":"AP8="},"__proto__":{"M":{"__proto__":{"B":""}}},"l":{"L":[{"BS":["AQ==","Ag=="]},{"S":"AQ=="}]}}}';
  const [item] = await itemsOf(exported([[text]]));
  const bytes = (hex: string) => Buffer.from(hex, 'hex');
  expect(Object.entries(item!)).toEqual([
    ['id', { B: bytes('00ff') }],
    ['__proto__', { M: expect.anything() }],
    ['l', { L: [{ BS: [bytes('01'), bytes('02')] }, { S: 'AQ==' }] }],
  ]);
});

test('lines that are longer than what is read at once are whole', async () => {
  const texts = [300_000, 5, 700_000].map((length, i) => `${i}`.repeat(length));
  const items = await itemsOf(exported([texts.map((S) => line({ S: { S } }))]));
  expect(items).toEqual(texts.map((S) => ({ S: { S } })));
});

test('tables take what an export gives', async () => {
  const rows = defineTable({ name: 'tab', hashKey: 'id' }).rows(fromExport(exported()));
  expect(await allOf(rows)).toHaveLength(5);
});

test.each<[string, (folder: string) => void, RegExp]>([
  [
    'a data file that was changed',
    (e) => writeFileSync(join(e, 'data/part0.json.gz'), gzipSync(`${FILES[2]![0]}\n`)),
    /part0\.json\.gz has the MD5 .*, its manifest says .*; copy it again/,
  ],
  [
    'a data file that is cut',
    (e) => truncateSync(join(e, 'data/part0.json.gz'), 30),
    /part0\.json\.gz is no gzip file, or cut; copy it again/,
  ],
  [
    'a list of data files that was changed',
    (e) => writeFileSync(join(e, 'manifest-files.md5'), 'b'.repeat(32)),
    /manifest-files\.json has the MD5/,
  ],
  [
    'a summary that was changed',
    (e) => appendFileSync(join(e, 'manifest-summary.json'), ' '),
    /manifest-summary\.json has the MD5/,
  ],
  ['a list that is no JSON', (e) => replace(e, 'manifest-files', '{]\n'), /manifest-files\.json, line 1 is no JSON/],
  [
    'a list without sums',
    (e) => replace(e, 'manifest-files', '{"itemCount":1}'),
    /manifest-files\.json, line 1 must have "md5Checksum" and "dataFileS3Key"/,
  ],
  [
    'a summary that is no object',
    (e) => replace(e, 'manifest-summary', '5'),
    /manifest-summary\.json is no JSON object/,
  ],
  [
    'a summary without a count',
    (e) => replace(e, 'manifest-summary', '{"outputFormat":"DYNAMODB_JSON"}'),
    /manifest-summary\.json: "itemCount" must be a count, not "undefined"/,
  ],
])('%s is a DataError', async (_, damage, message) => {
  const folder = exported();
  damage(folder);
  await expect(itemsOf(folder)).rejects.toThrow(DataError);
  await expect(itemsOf(folder)).rejects.toThrow(message);
});

function replace(folder: string, name: string, text: string): void {
  unlinkSync(join(folder, `${name}.md5`));
  writeFileSync(join(folder, `${name}.json`), text);
}

test.each<[string, string[], object, RegExp]>([
  ['of another format', [], { outputFormat: 'ION' }, /the export has the format "ION"; export in DYNAMODB_JSON/],
  ['of changes', [], { exportType: 'INCREMENTAL_EXPORT' }, /is of the type "INCREMENTAL_EXPORT"; take a FULL_EXPORT/],
  ['with another count', [], { itemCount: 7 }, /: the export has 0 items, manifest-summary\.json says 7/],
  [
    'of lines without items',
    ['{"Keys":{}}'],
    {},
    /part0\.json\.gz, line 1 holds no "Item"; an incremental export has changes/,
  ],
  ['of lines that are no JSON', [FILES[0]![0]!, '{"Item":'], {}, /part0\.json\.gz, line 2 is no JSON/],
  ['of lines that are no objects', ['5'], {}, /line 1 is no JSON object/],
  [
    'of bytes that are no base64',
    [line({ x: { L: [{ BS: ['A-=='] }] } })],
    {},
    /line 1: the bytes of the attribute "x" must be base64, not "A-=="/,
  ],
])('an export %s is a DataError that says where', async (_, lines, summary, message) => {
  await expect(itemsOf(exported([lines], summary))).rejects.toThrow(DataError);
  await expect(itemsOf(exported([lines], summary))).rejects.toThrow(message);
});

test('the sum of a manifest is taken as base64, or as md5sum prints it; without it nothing is compared', async () => {
  for (const sum of ['base64', 'hex'] as const) {
    const folder = exported();
    const digest = createHash('md5')
      .update(readFileSync(join(folder, 'manifest-summary.json')))
      .digest(sum);
    writeFileSync(join(folder, 'manifest-summary.md5'), `${digest}  manifest-summary.json\n`);
    unlinkSync(join(folder, 'manifest-files.md5'));
    expect(await itemsOf(folder)).toHaveLength(3);
    writeFileSync(join(folder, 'manifest-files.md5'), 'no sum');
    await expect(itemsOf(folder)).rejects.toThrow(/manifest-files\.md5 holds no MD5 sum; copy it again, or remove it/);
  }
});

test('bytes that are no UTF-8 are not replaced', async () => {
  const folder = exported([]);
  replace(folder, 'manifest-files', '');
  writeFileSync(join(folder, 'manifest-files.json'), Buffer.from([0xff, 0x0a]));
  await expect(itemsOf(folder)).rejects.toThrow(/manifest-files\.json is not valid UTF-8/);
});

test('a folder that is no export is told with the files that are missing and what it should be', async () => {
  const empty = mkdtempSync(join(root, 'n-'));
  const advice = 'give a copy of the folder AWSDynamoDB/<id>/ with all that is in it';
  await expect(itemsOf(empty)).rejects.toThrow(
    new DataError(
      `${empty} is no export of a table to S3: it has no manifest-summary.json, manifest-files.json, data; ${advice}`,
    ),
  );
  const folder = exported();
  unlinkSync(join(folder, 'manifest-files.json'));
  await expect(itemsOf(folder)).rejects.toThrow(
    new DataError(`${folder} is no export of a table to S3: it has no manifest-files.json; ${advice}`),
  );
});

test('of a folder above an export, the export is named', async () => {
  const folder = exported();
  const [above] = folder.split('/AWSDynamoDB/');
  for (const given of [above!, `${above}/AWSDynamoDB`])
    await expect(itemsOf(given)).rejects.toThrow(new RegExp(`; give the export itself: ${folder}$`));
});

test('a folder and a data file that are missing are named', async () => {
  const missing = join(root, 'none');
  await expect(itemsOf(missing)).rejects.toThrow(EnvironmentError);
  await expect(itemsOf(missing)).rejects.toThrow(`cannot read ${missing}: no such file or folder (ENOENT)`);
  const folder = exported();
  unlinkSync(join(folder, 'data/part2.json.gz'));
  await expect(itemsOf(folder)).rejects.toThrow(/cannot read .*part2\.json\.gz: no such file/);
  expect(() => fromExport(undefined as never)).toThrow(
    new ArgumentError('the folder of an export must be text, not nothing'),
  );
});

test('a loop that is left early lets go of the file', async () => {
  const folder = exported([
    Array.from({ length: 5000 }, (_, i) =>
      line({ id: { N: String(i) }, x: { B: randomBytes(300).toString('base64') } }),
    ),
  ]);
  for await (const [item] of fromExport(folder)) {
    expect(item).toBeDefined();
    expect(openFilesIn(folder)).toContain(join(realpathSync(folder), 'data/part0.json.gz'));
    break;
  }
  await expect.poll(() => openFilesIn(folder)).toEqual([]);
});
