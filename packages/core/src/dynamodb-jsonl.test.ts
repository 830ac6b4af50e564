import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { picture } from '@ekv/test-support/temporary-folder';
import { beforeEach, describe, expect, test } from 'vitest';
import { ITEMS, PART_BYTES, schema, TablesPlace } from './dynamodb-jsonl.test-data.ts';

let place: TablesPlace;
beforeEach(() => {
  place = new TablesPlace();
});

describe('the same items', () => {
  test('as a file each and as lines give one snapshot, and it is the self-test that both pass', () => {
    const snapshot = place.plantLines();
    const again = place.encoded('lines');
    expect(again).toMatchObject({ result: { outcome: 'published', selfTest: 'passed' }, warnings: [] });
    expect(again.snapshot?.equals(snapshot)).toBe(true);
  });

  test('give a file each again', () => {
    place.plantLines();
    place.encoded('lines');
    place.decoded('files', { dynamodbLayout: 'per-item', dynamodbPartBytes: undefined });
    const names = Object.keys(picture(join(place.folder, 'files'))).filter((path) => path.includes('/text/items/'));
    expect(names).toHaveLength(ITEMS);
  });

  test('give the same files each time, whatever they were before', () => {
    place.plantLines();
    place.encoded('lines');
    place.decoded('lines-again');
    expect(picture(join(place.folder, 'lines-again/dynamodb'))).toEqual(picture(join(place.folder, 'lines/dynamodb')));
  });
});

describe('files', () => {
  test('end before the line that would take them above the size; a longer line stands alone', () => {
    place.plantLines();
    expect(place.partsOf('long')).toEqual(['data-00001.jsonl', 'data-00002.jsonl', 'data-00003.jsonl']);
    for (const name of ['text', 'number', 'binary']) {
      const parts = place.partsOf(name).map((part) => readFileSync(join(place.itemsOf(name), part), 'utf8'));
      expect(parts.length).toBeGreaterThan(2);
      expect(parts.map((part) => part.length <= PART_BYTES)).not.toContain(false);
      for (let i = 1; i < parts.length; i++) {
        const first = parts[i]!.slice(0, parts[i]!.indexOf('\n') + 1);
        expect(parts[i - 1]!.length + first.length).toBeGreaterThan(PART_BYTES);
      }
    }
  });

  test('that items fill to the last byte are full, and the next item begins another', () => {
    const line = (key: string, filler: number) => `{"filler":{"S":"${'x'.repeat(filler)}"},"id":{"S":"${key}"}}\n`;
    const filler = PART_BYTES / 2 - line('a', 0).length;
    const files: Record<string, string> = { 'dynamodb/t/_schema.json': schema('t', 'S') };
    for (const key of ['a', 'b', 'c']) files[`dynamodb/t/items/${key}.json`] = line(key, filler);
    place.plantTree(files);
    place.encoded('tree', { selfTest: false });
    place.decoded('lines');
    expect(place.partsOf('t').map((part) => statSync(join(place.itemsOf('t'), part)).size)).toEqual([
      PART_BYTES,
      PART_BYTES / 2,
    ]);
  });

  test('hold compact objects, escaped as items in files of their own are, one in a line', () => {
    place.plantLines();
    expect(readFileSync(join(place.itemsOf('one'), 'data-00001.jsonl'), 'utf8')).toBe(
      '{"id":{"S":"a\\u003cb\\u003e\\u0026\\u2028"}}\n',
    );
    expect(place.linesOf('long').map((line) => JSON.parse(line).id.S)).toEqual(['a', 'b', 'c']);
    expect(place.partsOf('empty')).toEqual([]);
  });

  test('are counted in the manifest by table, in the order of the folders', () => {
    place.plantLines();
    const manifest = JSON.parse(readFileSync(join(place.folder, 'lines/MANIFEST.json'), 'utf8'));
    expect(manifest.dynamodb_layout).toBe('jsonl');
    const { version, part_bytes, tables } = manifest.ekv.dynamodb_jsonl;
    expect({ version, part_bytes }).toEqual({ version: 1, part_bytes: PART_BYTES });
    const counted = (name: string) => [name, { parts: place.partsOf(name).length, items: place.linesOf(name).length }];
    expect(Object.entries(tables)).toEqual(['binary', 'empty', 'long', 'number', 'one', 'text'].map(counted));
    expect(tables.text.items).toBe(ITEMS);
  });

  test('are one for each table when no size is asked for', () => {
    place.plantTree();
    place.encoded('tree', { selfTest: false });
    expect(place.decoded('lines', { dynamodbPartBytes: undefined }).dynamodbLayout).toBe('jsonl');
    for (const name of ['text', 'number', 'binary', 'long']) expect(place.partsOf(name)).toEqual(['data-00001.jsonl']);
  });
});
