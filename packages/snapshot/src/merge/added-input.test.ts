import { afterAll, expect, test } from 'vitest';
import { ExternalSorter } from '../sort/external-sorter.ts';
import { ScratchFolder } from '../sort/scratch.ts';
import { mergeSnapshots } from './merge-snapshots.ts';
import { checkedOf, rowsOf, type Version } from './merged.test-data.ts';

const scratch = new ScratchFolder();
afterAll(() => scratch.remove());
const FAMILIES = ['!k|'];

/** As the writes of transactions come: encoded key, and value with its header. */
function sorterOf(versions: readonly Version[]): ExternalSorter {
  const sorter = new ExternalSorter({ scratch, arenaBytes: 1 << 12 });
  for (const { key, at, body } of versions) {
    const version = Buffer.alloc(8);
    version.writeBigUInt64BE(BigInt.asUintN(64, ~at));
    const header = Buffer.alloc(9);
    header[0] = body === undefined ? 1 : 0;
    sorter.add(Buffer.concat([Buffer.from(key), version]), header, Buffer.from(body ?? ''));
  }
  return sorter;
}

function merged(added: readonly Version[], asOf?: bigint): [string, string][] {
  const inputs = [
    checkedOf(
      [
        { key: '!k|a', at: 5n, body: 'a5' },
        { key: '!k|d', at: 5n, body: 'd5' },
      ],
      { name: 'a.fsm', scratch },
    ),
    checkedOf([{ key: '!k|b', at: 9n, body: 'b9' }], { name: 'b.fsm', scratch }),
  ];
  const sorter = sorterOf(added);
  const strays = {
    isStray: (_: number, bytes: Buffer, start: number) => bytes[start + 3] === 0x73,
    leftOut: () => {},
  };
  const { source, close } = mergeSnapshots(inputs, {
    name: 'all',
    families: FAMILIES,
    scratch,
    asOf,
    strays,
    added: sorter.sorted(),
  });
  sorter.close();
  const rows = rowsOf(source, '!k|', 'read');
  expect(rowsOf(source, '!k|', 'passed over')).toEqual(rows);
  close();
  return rows;
}

test('versions that stand in no file take part as stored ones do: values and deletions, older and younger ones, new keys', () => {
  const added = [
    { key: '!k|a', at: 7n, body: 'a7' },
    { key: '!k|b', at: 7n, body: 'b7' },
    { key: '!k|c', at: 7n, body: '' },
    { key: '!k|d', at: 7n, body: undefined },
  ];
  expect(merged(added)).toEqual([
    ['!k|a', 'a7'],
    ['!k|b', 'b9'],
    ['!k|c', ''],
  ]);
  expect(merged(added, 6n)).toEqual([
    ['!k|a', 'a5'],
    ['!k|d', 'd5'],
  ]);
});

test('none of them is asked for as a stray, and one that is there already counts once', () => {
  const added = [
    { key: '!k|b', at: 9n, body: 'b9' },
    { key: '!k|s', at: 3n, body: 's3' },
  ];
  expect(merged(added).map(([key]) => key)).toEqual(['!k|a', '!k|b', '!k|d', '!k|s']);
});

test('large ones, and more than fit in memory', () => {
  const added = Array.from({ length: 300 }, (_, i) => {
    return { key: `!k|x${String(i).padStart(4, '0')}`, at: 1n, body: 'y'.repeat(i === 7 ? 3_000_000 : i * 11) };
  });
  expect(merged(added).slice(3)).toEqual(added.map(({ key, body }) => [key, body]));
});
