import { JsonBytes, JsonReader } from '@ekv/dump-tree';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { items, normalized } from '../layout/stored-value.test-data.ts';
import type { Attribute } from '../layout/stored-value.ts';
import { ItemReader, writeItem } from './item-json.ts';

function written(attributes: Attribute[]): Buffer {
  const json = new JsonBytes();
  writeItem(json, attributes);
  return Buffer.from(json.view());
}

const read = (bytes: Buffer) => new ItemReader(new JsonReader()).read('item.json', bytes);

test('what is written is read back, and written the same again', () => {
  fc.assert(
    fc.property(items, (attributes) => {
      const file = written(attributes);
      const again = read(file);
      expect(again).toEqual(normalized(attributes));
      expect(written(again).equals(file)).toBe(true);
    }),
  );
});

test('the order of attributes in memory does not matter', () => {
  fc.assert(
    fc.property(items, (attributes) => {
      expect(written([...attributes].reverse()).equals(written(attributes))).toBe(true);
    }),
  );
});

test('every file is JSON that other programs read', () => {
  fc.assert(
    fc.property(items, (attributes) => {
      expect(Object.keys(JSON.parse(written(attributes).toString()))).toHaveLength(attributes.length);
    }),
  );
});

test('a file has two spaces per level, one element per line, and no line feed at its end', () => {
  const file = written([
    { name: Buffer.from('m'), value: { kind: 'M', entries: [] } },
    { name: Buffer.from('l'), value: { kind: 'L', values: [{ kind: 'NULL', truth: false }, { kind: 'none' }] } },
    { name: Buffer.from('b'), value: { kind: 'BS', elements: [Buffer.from([0xff, 0xfe]), Buffer.alloc(0)] } },
  ]);
  expect(file.toString().split('\n')).toEqual([
    '{',
    '  "b": {',
    '    "BS": [',
    '      "//4=",',
    '      ""',
    '    ]',
    '  },',
    '  "l": {',
    '    "L": [',
    '      {',
    '        "NULL": false',
    '      },',
    '      {',
    '        "NULL": true',
    '      }',
    '    ]',
    '  },',
    '  "m": {',
    '    "M": {}',
    '  }',
    '}',
  ]);
});

test('characters are escaped as on disk', () => {
  const text = '<b>"hi"&\n\u2028\u0001\u007f\ufeff/\'';
  const file = written([{ name: Buffer.from('a'), value: { kind: 'S', bytes: Buffer.from(text) } }]).toString();
  expect(file).toContain('"\\u003cb\\u003e\\"hi\\"\\u0026\\n\\u2028\\u0001\u007f\ufeff/\'"');
});
