import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RowError, SnapshotFormatError } from '../errors.ts';
import { crc32c } from '../format/crc32c.ts';
import type { SnapshotSummary } from '../read/checked-snapshot.ts';
import { openSnapshot } from '../read/open-snapshot.ts';
import type { RowsOptions } from '../read/row-source.ts';
import { ScratchFolder } from '../sort/scratch.ts';
import type { Warning } from '../warning.ts';
import { Damage } from './damage.ts';
import { OffsetSet } from './offset-set.ts';

let folder: string;
const scratch = new ScratchFolder();
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ekv-salvage-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
  scratch.remove();
});

const HEADER = Buffer.concat([Buffer.from('EKVPBBL1'), u64LE(1000n)]);
const WRAPPER = Buffer.concat([Buffer.from('EKVTHLC1'), Buffer.alloc(8)]);
const FAMILY = '!k|';

function u64LE(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return bytes;
}

interface EntryOptions {
  readonly timestamp?: bigint;
  readonly flags?: number;
}

function entry(name: string, value: string | Buffer, { timestamp = 5n, flags = 0 }: EntryOptions = {}): Buffer {
  const suffix = Buffer.alloc(8);
  suffix.writeBigUInt64BE(BigInt.asUintN(64, ~timestamp));
  const key = Buffer.concat([Buffer.from(FAMILY + name), suffix]);
  const header = Buffer.alloc(9);
  header[0] = flags;
  return framed(key, Buffer.concat([header, Buffer.from(value)]));
}

function framed(key: Buffer, value: Buffer): Buffer {
  return Buffer.concat([u64LE(BigInt(key.length)), key, u64LE(BigInt(value.length)), value]);
}

const META = framed(Buffer.from('_meta_applied_index'), u64LE(9n));

/** An entry whose key's or value's length is another one. */
function withLength(bytes: Buffer, field: 'key' | 'value', length: bigint): Buffer {
  const copy = Buffer.from(bytes);
  copy.writeBigUInt64LE(length, field === 'key' ? 0 : 8 + copy.readUInt32LE(0));
  return copy;
}

function withFooter(file: Buffer): Buffer {
  const footer = Buffer.alloc(4);
  footer.writeUInt32BE(crc32c(file));
  return Buffer.concat([file, footer]);
}

interface Salvaged {
  readonly summary: SnapshotSummary;
  readonly counts: Readonly<Record<string, number>> | undefined;
  /** Name and value of each row that is left. */
  readonly rows: Array<readonly [string, string]>;
}

function salvaged(file: Buffer, options: RowsOptions = {}): Salvaged {
  const path = join(folder, 'in.fsm');
  writeFileSync(path, file);
  const damage = new Damage();
  const snapshot = openSnapshot(path, { scratch, damage });
  try {
    const source = snapshot.check({ families: [FAMILY], bodies: options.bodies ?? 'read' });
    const rows: Array<readonly [string, string]> = [];
    const cursor = source.rows(FAMILY, options);
    while (cursor.next()) {
      const value = Buffer.alloc(cursor.valueEnd - cursor.valueStart);
      source.readAt(cursor.valueOffset, value);
      rows.push([cursor.bytes.toString('latin1', cursor.keyStart + 3, cursor.keyEnd), value.toString('latin1')]);
    }
    return { summary: source.summary, counts: damage.counts(), rows };
  } finally {
    snapshot.close();
  }
}

const names = ({ rows }: Salvaged) => rows.map(([name]) => name).join('');

const ALL = ['a', 'b', 'c', 'd', 'e'];
/** A file of five rows, one of which is what `change` makes of it. */
function five(at: number, change: (bytes: Buffer) => Buffer): Buffer {
  return Buffer.concat([HEADER, ...ALL.map((name, i) => (i === at ? change : same)(entry(name, `value of ${name}`)))]);
}
const same = (bytes: Buffer) => bytes;

test('a whole file gives all rows, and nothing is counted', () => {
  const { counts, rows, summary } = salvaged(five(0, same));
  expect([counts, rows.length, summary.damaged]).toEqual([undefined, 5, 0]);
});

describe('a length that is wrong', () => {
  test.each([
    // Where the key's length is absurd, the entry before could be the one that leads astray.
    ['a key length above its limit', 'key', 1n << 40n, 'and the one before'],
    ['a key length below 8', 'key', 3n, 'and the one before'],
    ['a key length that leads into the value', 'key', 13n, 'alone'],
    ['a value length above its limit', 'value', 1n << 40n, 'alone'],
    ['a value length below 9', 'value', 8n, 'alone'],
    ['a value length that leads behind the end', 'value', 1n << 20n, 'alone'],
  ] as const)('%s costs its entry, and reading goes on with the next one', (_, field, length, lost) => {
    for (const at of [0, 1, 4]) {
      for (const bodies of ['read', 'passed over'] as const) {
        const result = salvaged(
          five(at, (bytes) => withLength(bytes, field, length)),
          { bodies },
        );
        const first = lost === 'alone' ? at : Math.max(0, at - 1);
        expect(names(result)).toBe(ALL.toSpliced(first, at - first + 1).join(''));
        expect(result.counts?.bytes).toBe(entry('a', 'value of a').length);
      }
    }
  });

  test('a value length that leads into the next entry costs both, never gives a wrong value', () => {
    const { rows } = salvaged(five(1, (bytes) => withLength(bytes, 'value', 9n + 10n + 8n)));
    expect(rows.map(([name]) => name)).toEqual(['a', 'd', 'e']);
    for (const [name, value] of rows) expect(value).toBe(`value of ${name}`);
  });

  test('the counts of the summary add up to its entries', () => {
    const { summary } = salvaged(five(1, (bytes) => withLength(bytes, 'value', 1n << 40n)));
    expect([summary.entries, summary.damaged, summary.families.get(FAMILY)]).toEqual([5, 1, 4]);
  });

  test('no older version of its key comes in its place', () => {
    const newest = withLength(entry('b', 'new', { timestamp: 9n }), 'value', 1n << 40n);
    const file = Buffer.concat([
      HEADER,
      entry('a', 'x'),
      newest,
      entry('b', 'old', { timestamp: 2n }),
      entry('c', 'y'),
    ]);
    expect(names(salvaged(file))).toBe('ac');
  });

  test('a piece of another snapshot in a value that is passed over is not taken for entries', () => {
    const inner = Buffer.concat(['x', 'y', 'z'].map((name) => entry(name, 'foreign')));
    const outer = withLength(entry('b', Buffer.concat([inner, Buffer.alloc(40, 7)])), 'value', 1n << 40n);
    const result = salvaged(Buffer.concat([HEADER, entry('a', '1'), outer, entry('c', '3'), META]));
    expect(names(result)).toBe('ac');
  });

  test('nor one that goes on to the very next entry, for that is not above its last key', () => {
    const inner = Buffer.concat(['x', 'y', 'z'].map((name) => entry(name, 'foreign')));
    const outer = withLength(entry('b', inner), 'value', 1n << 40n);
    expect(names(salvaged(Buffer.concat([HEADER, entry('a', '1'), outer, entry('c', '3'), META])))).toBe('ac');
  });
});

test('an entry with wrong flags, or encrypted, costs itself alone, and no older version comes in its place', () => {
  for (const flags of [0x02, 0x06, 0x80, 0xff]) {
    const newest = entry('b', 'new', { timestamp: 9n, flags });
    const file = Buffer.concat([
      HEADER,
      entry('a', 'x'),
      newest,
      entry('b', 'old', { timestamp: 2n }),
      entry('c', 'y'),
    ]);
    const result = salvaged(file);
    expect([names(result), result.counts]).toEqual(['ac', { entries: 1 }]);
    expect([result.summary.entries, result.summary.damaged, result.summary.superseded]).toEqual([4, 1, 1]);
  }
});

describe('the end of the file', () => {
  const node = withFooter(Buffer.concat([WRAPPER, HEADER, ...ALL.map((name) => entry(name, 'v')), META]));

  test('a wrong checksum is counted, all rows are there', () => {
    const wrong = Buffer.from(node);
    wrong[wrong.length - 1]! ^= 1;
    const result = salvaged(wrong);
    expect([names(result), result.counts, result.summary.footer]).toEqual(['abcde', { checksum: 1 }, 'none']);
  });

  test('wherever a file is cut behind its header, the entries before the cut are there', () => {
    const start = WRAPPER.length + HEADER.length;
    const size = entry('a', 'v').length;
    for (let cut = start; cut < node.length - 4; cut++) {
      const result = salvaged(node.subarray(0, cut));
      expect(names(result)).toBe('abcde'.slice(0, Math.floor((cut - start) / size)));
      expect(result.counts).toBeDefined();
    }
  });

  test('a cut within the checksum costs no row', () => {
    for (const left of [1, 2, 3]) {
      const result = salvaged(node.subarray(0, node.length - 4 + left));
      expect([names(result), result.counts]).toEqual(['abcde', { bytes: left }]);
    }
  });

  test('a wrapped file without a checksum is whole when the last rows of a node are there', () => {
    expect(salvaged(node.subarray(0, -4)).counts).toBeUndefined();
  });

  test('a file that ends in its header has nothing to salvage', () => {
    for (let cut = 0; cut < WRAPPER.length + HEADER.length; cut++)
      expect(() => salvaged(node.subarray(0, cut))).toThrow(SnapshotFormatError);
  });
});

describe('the header', () => {
  const plain = Buffer.concat([HEADER, ...ALL.map((name) => entry(name, 'v'))]);
  const wrapped = withFooter(Buffer.concat([WRAPPER, plain, META]));

  test('any flipped bit of a magic is found out, and all rows are there', () => {
    for (const [file, bytes] of [
      [plain, 8],
      [wrapped, 8],
    ] as const) {
      for (let bit = 0; bit < bytes * 8; bit++) {
        const flipped = Buffer.from(file);
        flipped[bit >> 3]! ^= 1 << (bit & 7);
        const result = salvaged(flipped);
        expect([names(result), result.summary.lastCommitTs]).toEqual(['abcde', 1000n]);
        expect(result.counts).toBeDefined();
      }
    }
  });

  test('a file of another kind stays refused', () => {
    expect(() => salvaged(Buffer.concat([Buffer.from('EKVMVCC2'), Buffer.alloc(100)]))).toThrow(/in-memory store/);
    expect(() => salvaged(Buffer.from('{"a":"0123456789012345678901234567890"}'))).toThrow(/JSON/);
  });
});

describe('entries out of order', () => {
  test('are sorted, and damaged ones are left out of the sorted copy', () => {
    const damaged = withLength(entry('b', 'x'), 'value', 1n << 40n);
    const flagged = entry('f', 'x', { flags: 0x80 });
    const rest = [entry('c', '4'), flagged, entry('g', '3')];
    const file = Buffer.concat([HEADER, entry('d', '1'), entry('a', '2'), damaged, ...rest]);
    const result = salvaged(file);
    expect(result.rows).toEqual([
      ['a', '2'],
      ['c', '4'],
      ['d', '1'],
      ['g', '3'],
    ]);
    expect(result.counts).toMatchObject({ entries: 1 });
    const { entries, families, damaged: lost } = result.summary;
    expect(entries).toBe((families.get(FAMILY) ?? 0) + lost);
  });

  test('a damaged row of the node is no key of the sorted copy', () => {
    const rows = [entry('b', '2'), entry('a', '1'), framed(Buffer.from('_meta_applied_index'), Buffer.alloc(9))];
    const result = salvaged(Buffer.concat([HEADER, ...rows, entry('c', '3')]));
    expect(names(result)).toBe('abc');
    expect(result.counts).toEqual({ bytes: 44 });
    expect(result.summary.damaged).toBe(1);
  });
});

describe('rows that an adapter refuses', () => {
  const path = () => join(folder, 'rows.fsm');

  test('are left out of all later walks, and counted once', () => {
    writeFileSync(path(), Buffer.concat([HEADER, ...ALL.map((name) => entry(name, 'v'))]));
    const damage = new Damage();
    const snapshot = openSnapshot(path(), { scratch, damage });
    const source = snapshot.check({ families: [FAMILY] });
    const rows = source.rows(FAMILY);
    rows.next();
    rows.next();
    const error = new RowError('it is wrong', { offset: rows.offset, key: Buffer.from('!k|b') });
    source.leaveOut(error);
    source.leaveOut(error);
    const again = source.rows(FAMILY);
    let left = 0;
    while (again.next()) left++;
    expect([left, damage.counts()]).toEqual([4, { rows: 1 }]);
    expect(() => source.leaveOut(new Error('a defect'))).toThrow('a defect');
    snapshot.close();
  });

  test('are thrown when the file is not salvaged', () => {
    writeFileSync(path(), HEADER);
    const snapshot = openSnapshot(path(), { scratch });
    const source = snapshot.check({ families: [FAMILY] });
    const error = new RowError('it is wrong', { offset: 16, key: Buffer.from('!k|b') });
    expect(() => source.leaveOut(error)).toThrow(error);
    snapshot.close();
  });
});

test('each kind of damage is one warning with count, first example, and more of them', () => {
  const damage = new Damage();
  const kind = { name: 'things', says: 'things are broken', advice: 'they were left out' };
  for (let i = 0; i < 30; i++) damage.add(kind, () => `thing ${i}`);
  const warnings: object[] = [];
  damage.report((warning) => warnings.push(warning));
  expect(warnings).toMatchObject([
    {
      event: 'salvage_things',
      message: 'things are broken, for example thing 0; they were left out',
      fields: { count: 30, example: 'thing 0', more: expect.stringMatching(/^thing 1 \| .*thing 19$/) },
      loss: true,
    },
  ]);
});

test('rows that belong to nothing count behind damage of another kind, and never alone', () => {
  const damage = new Damage();
  damage.addOrphans(() => 'items of one table', 2);
  damage.addOrphans(() => 'items of another', 3);
  const told: Warning[] = [];
  damage.report((warning) => told.push(warning));
  expect([damage.counts(), told]).toEqual([undefined, []]);
  damage.add({ name: 'things', says: 'things are broken', advice: 'they were left out' }, () => 'thing 0');
  damage.report((warning) => told.push(warning));
  expect(damage.counts()).toEqual({ things: 1, orphans: 5 });
  expect(told).toMatchObject([
    { event: 'salvage_things' },
    {
      event: 'salvage_orphans',
      fields: { count: 5, example: 'items of one table', more: 'items of another' },
      loss: true,
    },
  ]);
});

test('a set of offsets has what was added, also above 32 bits', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.nat(200), fc.maxSafeNat())), fc.array(fc.maxSafeNat()), (added, others) => {
      const offsets = new OffsetSet();
      const model = new Set<number>();
      for (const offset of added) {
        expect(offsets.add(offset)).toBe(!model.has(offset));
        model.add(offset);
      }
      for (const offset of [...added, ...others]) expect(offsets.has(offset)).toBe(model.has(offset));
    }),
  );
});
