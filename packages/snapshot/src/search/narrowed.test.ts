import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { openSnapshot } from '../read/open-snapshot.ts';
import { Snapshot } from '../read/snapshot.ts';
import { ScratchFolder } from '../sort/scratch.ts';
import { memoryBytes } from '../sst/sst-reading.test-data.ts';
import { narrowed } from './narrowed.ts';
import { entry, fileOf } from './search.test-data.ts';

const scratch = new ScratchFolder();
afterAll(() => scratch.remove());

/** Keys of a tiny alphabet, so that they are prefixes of each other and run into versions. */
const key = fc
  .array(fc.constantFrom('\x00', 'a', 'b', '\xff'), { maxLength: 11 })
  .map((parts) => Buffer.from(`!k|${parts.join('')}`, 'latin1'));
const rows = fc.array(fc.tuple(key, fc.string({ maxLength: 40 }), fc.bigInt(1n, 2n ** 64n - 1n)), { maxLength: 80 });

/** All entries that a snapshot gives, of the keys that are asked for. */
function versionsIn(snapshot: Snapshot, start?: Buffer, end?: Buffer): string[] {
  const entries = snapshot.check({ families: ['!k|'], bodies: 'passed over' }).entries();
  const found: string[] = [];
  while (entries.next()) {
    const { bytes, keyStart, keyEnd, valueStart, valueEnd, timestamp } = entries;
    const encoded = bytes.subarray(keyStart, keyEnd + 8);
    if (start !== undefined && encoded.compare(start) < 0) continue;
    if (end !== undefined && encoded.compare(end) >= 0) continue;
    found.push(`${bytes.toString('hex', keyStart, keyEnd)} ${timestamp} ${valueEnd - valueStart}`);
  }
  return found;
}

test('exactly the entries of a stretch of keys are there', () => {
  fc.assert(
    fc.property(rows, key, key, (some, one, two) => {
      const [start, end] = one.compare(two) <= 0 ? [one, two] : [two, one];
      const { bytes } = fileOf(some.map(([name, body, at]) => entry(name, body, at)));
      const part = narrowed(memoryBytes(bytes), [{ start, end }], { wholeUpTo: 0 })?.bytes;
      const whole = new Snapshot(memoryBytes(bytes), { scratch });
      expect(part).toBeDefined();
      const found = versionsIn(new Snapshot(part!, { scratch, isNarrowed: true }));
      expect(found).toEqual(versionsIn(whole, start, end));
    }),
    { numRuns: 2000 },
  );
});

/** 18 MiB, more than what is read as a whole. */
const large = fileOf([
  ...Array.from({ length: 6000 }, (_, i) => entry(`!k|${String(i).padStart(6, '0')}`, 'v'.repeat(3000))),
  entry('!k|damaged', 'x'),
  entry('!k|z', 'x'),
]).bytes;

function ranged(bytes: Buffer, name: string) {
  const start = Buffer.from(name);
  const end = Buffer.concat([start, Buffer.alloc(8, 0xff), Buffer.of(0)]);
  return openSnapshot(memoryBytes(bytes), { scratch, ranges: [{ start, end }] });
}

test('a small snapshot is read as a whole, a large one in the ranges alone', () => {
  using small = ranged(fileOf([entry('!k|a', 'x'), entry('!k|b', 'x')]).bytes, '!k|a');
  expect([small.isNarrowed, small.check({ families: ['!k|'] }).count('!k|')]).toEqual([false, 2]);
  using part = ranged(large, '!k|004321');
  const checked = part.check({ families: ['!k|'] });
  expect([part.isNarrowed, checked.count('!k|'), checked.lastCommitTs]).toEqual([true, 1, 100n]);
  const row = checked.rows('!k|');
  expect(row.next()).toBe(true);
  expect(row.bytes.toString('latin1', row.valueStart, row.valueEnd)).toBe('v'.repeat(3000));
});

test('what cannot be read in a range is an error without a place in the file, and elsewhere unnoticed', () => {
  const bytes = Buffer.from(large);
  const at = bytes.indexOf('!k|damaged') + '!k|damaged'.length + 16;
  bytes[at] = 0x02;
  using encrypted = ranged(bytes, '!k|damaged');
  expect(() => encrypted.check({ families: ['!k|'] })).toThrow(
    'in.fsm: entry 1, key !k|damaged: the value is encrypted',
  );
  using elsewhere = ranged(bytes, '!k|000001');
  expect(elsewhere.check({ families: ['!k|'] }).count('!k|')).toBe(1);
});

test('of a part that turns out not to be in order nothing is given', () => {
  const part = narrowed(memoryBytes(large), [
    { start: Buffer.from('!k|001000'), end: Buffer.from('!k|001002') },
  ])!.bytes;
  const bytes = Buffer.alloc(part.byteLength);
  part.read(0, bytes, 0, 16);
  part.read(16, bytes, 16, bytes.length - 16);
  const half = 16 + (bytes.length - 16) / 2;
  const turned = Buffer.concat([bytes.subarray(0, 16), bytes.subarray(half), bytes.subarray(16, half)]);
  const snapshot = new Snapshot(memoryBytes(turned), { scratch, isNarrowed: true });
  expect(() => snapshot.check({ families: ['!k|'] })).toThrow('in.fsm: the entries are not in order');
});

test('ranges are for a file that is taken as it is', () => {
  const range = { start: Buffer.from('a'), end: undefined };
  expect(() => openSnapshot('x.fsm', { ranges: [range], verify: 'sidecar' })).toThrow('the option ranges reads a part');
});
