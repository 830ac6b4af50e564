import type { TreeSink } from '@ekv/dump-tree';
import { expect, test } from 'vitest';
import { decoded, f64, hex, lengthKey, row, u64 } from './decoded.test-data.ts';
import { GrowingFile } from './growing-file.ts';

test('a small file is given whole, a larger one in pieces that make up the same bytes', () => {
  const calls: string[] = [];
  const sink: Pick<TreeSink, 'file' | 'pieces'> = {
    file: (path, bytes) => calls.push(`file ${path} ${Buffer.from(bytes)}`),
    pieces: (path) => ({
      write: (bytes) => calls.push(`piece ${path} ${Buffer.from(bytes)}`),
      close: () => calls.push(`close ${path}`),
    }),
  };
  const file = new GrowingFile(sink as TreeSink, 4);
  for (const parts of [['ab', 'c'], ['ab', 'cd', 'e', 'fghijk'], ['x']]) {
    file.begin(parts[0]!);
    for (const part of parts) {
      file.json.text(part);
      file.mayCut();
    }
    file.end();
  }
  expect(calls).toEqual(['file ab abc', 'piece ab abcd', 'piece ab efghijk', 'piece ab ', 'close ab', 'file x x']);
});

const VALUE = 'v'.repeat(20_000);
/** More than is held in memory, and a name that stands behind others only because of its timestamp. */
const NAMES = Array.from({ length: 2000 }, (_, i) => (i === 0 ? '' : String(i).padStart(5, '0')));

test('collections beyond what is held in memory are written whole and in order', () => {
  const { files, warnings } = decoded(
    row(lengthKey('!hs|meta|', 'k'), u64(2000n, 77n)),
    ...NAMES.map((name) => row(lengthKey('!hs|fld|', 'k', name), VALUE)),
    row('!lst|meta|k2', u64(0n, 2000n, 2000n)),
    ...NAMES.map((name, i) => row(`!lst|itm|k2${u64((1n << 63n) + BigInt(i))}`, `${name}${VALUE}`)),
    row(lengthKey('!zs|mem|', 'small', 'm'), f64(1)),
    row(lengthKey('!stream|meta|', 'k3'), u64(60n, 60n, 0n)),
    ...Array.from({ length: 60 }, (_, i) =>
      row(
        lengthKey('!stream|entry|', 'k3', u64(BigInt(i + 1), 0n)),
        `${hex('0052584501')}\x12\x01f\x12\xa0\x9c\x01${VALUE}`,
      ),
    ),
  );
  expect(warnings).toEqual([]);
  const hash = JSON.parse(files['hashes/k.json']!);
  expect(hash.fields.map(({ name }: { name: string }) => name)).toEqual(NAMES);
  expect(hash.fields.every(({ value }: { value: string }) => value === VALUE)).toBe(true);
  expect(hash.expire_at_ms).toBe(77);
  expect(JSON.parse(files['lists/k2.json']!).items).toEqual(NAMES.map((name) => name + VALUE));
  expect(files['zsets/small.json']).toContain('"member": "m"');
  expect(files['streams/k3.jsonl']!.split('\n')).toHaveLength(62);
}, 60_000);
