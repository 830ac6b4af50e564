import { mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { ITEMS, schema, TablesPlace } from './dynamodb-jsonl.test-data.ts';

let place: TablesPlace;
beforeEach(() => {
  place = new TablesPlace();
});

/** Writes the lines of a table anew into files of the given lengths. */
function cutAnew(name: string, lines: readonly string[], most: number, end = '\n'): void {
  for (const part of place.partsOf(name)) rmSync(join(place.itemsOf(name), part));
  for (let i = 0, part = 1; i < lines.length; i += most, part++) {
    const content = lines.slice(i, i + most).join(end) + end;
    writeFileSync(join(place.itemsOf(name), `data-${String(part).padStart(5, '0')}.jsonl`), content);
  }
}

test.each<[string, (lines: string[]) => string[], string]>([
  ['lines have another order', (lines) => lines.reverse(), '\n'],
  ['lines end as those of Windows do', (lines) => lines, '\r\n'],
])('a tree in which %s passes the self-test and gives the same snapshot', (_, change, end) => {
  const snapshot = place.plantLines();
  const parts = place.partsOf('text').length;
  cutAnew('text', change(place.linesOf('text')), Math.ceil(ITEMS / parts), end);
  rmSync(join(place.folder, 'lines/CHECKSUMS'));
  const run = place.encoded('lines');
  expect(run.error).toBeUndefined();
  expect(run.result).toMatchObject({ outcome: 'published', selfTest: 'passed' });
  expect(run.snapshot?.equals(snapshot)).toBe(true);
});

test('a tree in which the last line has no end passes', () => {
  place.plantLines();
  const last = join(place.itemsOf('text'), place.partsOf('text').at(-1)!);
  writeFileSync(last, readFileSync(last, 'utf8').trimEnd());
  rmSync(join(place.folder, 'lines/CHECKSUMS'));
  expect(place.encoded('lines').result).toMatchObject({ outcome: 'published', selfTest: 'passed' });
});

test('a tree in which files are divided otherwise is edited; taken so it passes the self-test', () => {
  const snapshot = place.plantLines();
  cutAnew('text', place.linesOf('text'), ITEMS);
  rmSync(join(place.folder, 'lines/CHECKSUMS'));
  expect(place.encoded('lines').error?.message).toMatch(
    /dynamodb\/text\/items holds 30 items in 1 file, but the manifest says 30 items in \d+ files; .*the option acceptEdited/,
  );
  const run = place.encoded('lines', { acceptEdited: true });
  expect(run.warnings).toMatchObject([{ event: 'ddb_edited_tables' }]);
  expect(run.snapshot?.equals(snapshot)).toBe(true);
});

test('a tree in which white space stands between values differs in formatting alone', () => {
  place.plantLines();
  const one = join(place.itemsOf('one'), 'data-00001.jsonl');
  writeFileSync(one, readFileSync(one, 'utf8').replaceAll(':', ' : '));
  rmSync(join(place.folder, 'lines/CHECKSUMS'));
  expect(place.encoded('lines').result).toMatchObject({ outcome: 'mismatch' });
  expect(place.encoded('lines', { acceptFormatting: true }).result).toMatchObject({ outcome: 'published' });
});

test.each<[string, () => void, RegExp]>([
  [
    'a file is missing',
    () => rmSync(join(place.itemsOf('text'), 'data-00002.jsonl')),
    /dynamodb\/text\/items has \d+ parts, the last is data-\d+\.jsonl: 1 of those before it are missing/,
  ],
  [
    'the last file is missing',
    () => rmSync(join(place.itemsOf('text'), place.partsOf('text').at(-1)!)),
    /dynamodb\/text\/items holds \d+ items in \d+ files, but the manifest says 30 items in/,
  ],
  [
    'a line is missing',
    () => cutAnew('one', [], 1),
    /dynamodb\/one\/items holds 0 items in 0 files, but the manifest says 1 item in 1 file/,
  ],
  [
    'a table is missing',
    () => rmSync(join(place.folder, 'lines/dynamodb/one'), { recursive: true }),
    /dynamodb\/one is missing, the manifest says 1 item in 1 file/,
  ],
  [
    'there is a table more',
    () => {
      mkdirSync(join(place.folder, 'lines/dynamodb/more/items'), { recursive: true });
      writeFileSync(join(place.folder, 'lines/dynamodb/more/_schema.json'), schema('more', 'S'));
    },
    /dynamodb\/more\/items: the manifest does not name this table/,
  ],
  [
    'an item has a file of its own',
    () => writeFileSync(join(place.itemsOf('text'), 'a.json'), '{"id":{"S":"z"}}'),
    /dynamodb\/text\/items\/a\.json is no part of a table/,
  ],
  [
    'a file lost its name',
    () => renameSync(join(place.itemsOf('one'), 'data-00001.jsonl'), join(place.itemsOf('one'), 'data-1.jsonl')),
    /dynamodb\/one\/items\/data-1\.jsonl is no part of a table: .* only data-00001\.jsonl/,
  ],
  [
    'a file is a link',
    () => {
      renameSync(join(place.itemsOf('one'), 'data-00001.jsonl'), join(place.folder, 'elsewhere'));
      symlinkSync(join(place.folder, 'elsewhere'), join(place.itemsOf('one'), 'data-00001.jsonl'));
    },
    /dynamodb\/one\/items\/data-00001\.jsonl is a symlink/,
  ],
  [
    'a line is empty',
    () => writeFileSync(join(place.itemsOf('one'), 'data-00001.jsonl'), '{"id":{"S":"a"}}\n\n'),
    /dynamodb\/one\/items\/data-00001\.jsonl:2: the line is empty/,
  ],
  [
    'two items stand in one line',
    () => writeFileSync(join(place.itemsOf('one'), 'data-00001.jsonl'), '{"id":{"S":"a"}} {"id":{"S":"b"}}\n'),
    /dynamodb\/one\/items\/data-00001\.jsonl:1:18: /,
  ],
  [
    'an item goes over two lines',
    () => writeFileSync(join(place.itemsOf('one'), 'data-00001.jsonl'), '{"id":\n{"S":"a"}}\n'),
    /dynamodb\/one\/items\/data-00001\.jsonl:1:/,
  ],
  [
    'two lines are one item',
    () =>
      writeFileSync(
        join(place.itemsOf('one'), 'data-00001.jsonl'),
        '{"id":{"S":"a"}}\n{"id":{"S":"a"},"b":{"N":"1"}}\n',
      ),
    /dynamodb\/one\/items\/data-00001\.jsonl:1 and .*\/one\/items\/data-00001\.jsonl:2 are one item/,
  ],
])('a tree in which %s is refused by name', (_, change, words) => {
  place.plantLines();
  change();
  rmSync(join(place.folder, 'lines/CHECKSUMS'));
  const { error, result } = place.encoded('lines', { selfTest: false });
  expect(result).toBeUndefined();
  expect(error?.message).toMatch(words);
});

test.each([
  ['does not count the items', /"ekv": .*/s, '"x": 1}', /dynamodb_layout "jsonl" without ekv\.dynamodb_jsonl/],
  [
    'has another version of the counts',
    '"dynamodb_jsonl": {\n      "version": 1',
    '"dynamodb_jsonl": {"version": 2',
    /version is 2/,
  ],
  ['says that each item has a file', '"jsonl"', '"per-item"', /holds many items in one file/],
] as const)('a tree of which the manifest %s is refused', (_, before, after, words) => {
  place.plantLines();
  const path = join(place.folder, 'lines/MANIFEST.json');
  const text = readFileSync(path, 'utf8');
  const changed = text.replace(before, after);
  expect(changed).not.toBe(text);
  writeFileSync(path, changed);
  rmSync(join(place.folder, 'lines/CHECKSUMS'));
  const { error, result } = place.encoded('lines', { selfTest: false });
  expect(result).toBeUndefined();
  expect(error?.message).toMatch(words);
});
