import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { ArgumentError } from '../errors.ts';
import { ScratchFolder } from '../sort/scratch.ts';
import { Pace } from './pace.ts';
import { RowCollector, type RowInput } from './row-input.ts';
import { type SnapshotRow, SnapshotWriter } from './snapshot-writer.ts';

const folder = mkdtempSync(join(tmpdir(), 'ekv-row-input-'));
const scratch = new ScratchFolder(folder, 'scratch');
afterAll(() => rmSync(folder, { recursive: true }));

const row = (key: string): SnapshotRow => ({ key: Buffer.from(key), value: Buffer.from(`value of ${key}`) });

interface Run {
  readonly signal?: AbortSignal;
  readonly onRest?: () => void;
  readonly arenaBytes?: number;
}

async function written(input: RowInput, { signal, onRest = () => {}, arenaBytes = 1 << 20 }: Run = {}) {
  const writer = new SnapshotWriter({ lastCommitTs: 1n << 40n, scratch, arenaBytes });
  const pace = new Pace(signal, onRest);
  await new RowCollector(writer, pace).addAll(input);
  return pace.finish(writer.writeInSteps({ write: () => {} }));
}

async function* later<T>(values: Iterable<T>): AsyncGenerator<T> {
  for (const value of values) yield value;
}

const ROWS = ['a', 'b', 'c', 'd'].map(row);

test.each<[string, () => RowInput]>([
  ['an array', () => ROWS],
  ['a set', () => new Set(ROWS)],
  ['a generator', () => ROWS.values()],
  ['an async generator', () => later(ROWS)],
  ['groups of rows', () => [ROWS.slice(0, 3), ROWS[3]!]],
  ['groups that come later', () => later([ROWS.slice(0, 1), ROWS.slice(1).values()])],
  ['async groups in an iterable', () => [later(ROWS.slice(0, 2)), later(ROWS.slice(2))]],
  ['async groups that come later', () => later([later(ROWS)])],
])('rows are taken from %s', async (_, input) => {
  const { sha256 } = await written(ROWS);
  expect(await written(input())).toMatchObject({ entries: 4, sha256 });
});

test.each<[string, unknown, RegExp]>([
  ['no iterable', 5, /^rows must be an iterable or an async iterable of rows, not a number$/],
  ['a text', 'rows', /^rows must be .*, not a text/],
  ['a row by itself', row('a'), /^rows must be .*, not an object; put the one row into an array$/],
  ['nothing for a row', [undefined], /^a row must be an object with a key and a value, not nothing$/],
  ['a text for a row', ['row'], /^a row must be .*, not a text/],
  [
    'an item for a row',
    [{ id: { S: 'a' } }],
    /, not an object; an adapter makes rows of keys, items, objects and messages$/,
  ],
  ['a table for its rows', [{ rows: () => [] }], /, not an object; give what its rows\(\.\.\.\) gives$/],
  ['a promise of rows', Promise.resolve(ROWS), /^rows must be .*, not a Promise; write await before it$/],
  ['a promise of a row', [Promise.resolve(row('a'))], /^a row must be .*, not a Promise; write await before it$/],
  ['bytes for rows', Buffer.from('rows'), /^a row must be/],
  ['a key that is a text', [{ key: 'a', value: Buffer.alloc(1) }], /^the key of a row must be bytes, not a text/],
  [
    'a value that is a text',
    [{ key: Buffer.from('a'), value: 'v' }],
    /^the value of a row must be bytes or .*, not a text/,
  ],
  ['a value that is null', [{ key: Buffer.from('a'), value: null }], /^the value of a row must be .*, not null/],
])('%s is refused', async (_, input, message) => {
  const error = await written(input as RowInput).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ArgumentError);
  expect((error as Error).message).toMatch(message);
});

function* many(count: number): Generator<SnapshotRow> {
  for (let i = 0; i < count; i++) yield row(`key ${(i * 7919) % count}`);
}

test('the event loop runs while rows are taken, sorted, spilled and written', async () => {
  let turns = 0;
  const timer = setInterval(() => turns++, 1);
  let rests = 0;
  await written(many(200_000), { onRest: () => rests++, arenaBytes: 1 << 20 });
  clearInterval(timer);
  expect(rests).toBeGreaterThan(10);
  expect(turns).toBeGreaterThan(rests / 4);
});

test('an abort ends the work with its reason, and the source is told', async () => {
  const stop = new AbortController();
  let isClosed = false;
  async function* source() {
    try {
      yield* many(1_000_000);
    } finally {
      isClosed = true;
    }
  }
  setTimeout(() => stop.abort(new Error('enough')), 30);
  await expect(written(source(), { signal: stop.signal })).rejects.toThrow('enough');
  expect(isClosed).toBe(true);
  await expect(written(ROWS, { signal: stop.signal })).rejects.toThrow('enough');
});

test('what a source throws goes through', async () => {
  function* failing() {
    yield row('a');
    throw new RangeError('no more');
  }
  await expect(written(failing())).rejects.toThrow(RangeError);
  await expect(written(later([failing()]))).rejects.toThrow('no more');
});

test('a signal ends the work also while it waits for a source, which is told to end', async () => {
  const reason = new Error('enough');
  let told = 0;
  const silent: AsyncIterable<SnapshotRow> = {
    [Symbol.asyncIterator]: () => ({
      next: () => new Promise(() => {}),
      return: () => {
        told++;
        return new Promise(() => {});
      },
    }),
  };
  for (const input of [silent, [silent], later([silent])]) {
    const controller = new AbortController();
    setTimeout(() => controller.abort(reason), 5);
    await expect(written(input, { signal: controller.signal })).rejects.toBe(reason);
  }
  await expect.poll(() => told).toBe(3);
});

test('each property of a row is read once: what was checked is written', async () => {
  const read = { key: 0, value: 0 };
  const changing = {
    get key() {
      return read.key++ === 0 ? Buffer.from('a') : ('text' as never);
    },
    get value() {
      return read.value++ === 0 ? Buffer.from('b') : ('text' as never);
    },
  };
  expect(await written([changing])).toMatchObject({ entries: 1, bytes: 16 + 2 * 8 + 9 + 10 });
  expect(read).toEqual({ key: 1, value: 1 });
});

test('what a reader gave is no row, although it has a key and a value', async () => {
  const stored = { ...row('user:1'), type: 'string', expireAt: null };
  await expect(written([stored])).rejects.toThrow(
    new ArgumentError(
      'a row has a key and a value alone, this has a type: it is what a reader gave; make rows of it, as by stringRecord(key, value)',
    ),
  );
});

test('a row whose memory was transferred is refused', async () => {
  const lost = new Uint8Array(6);
  structuredClone(lost.buffer, { transfer: [lost.buffer] });
  const lostBytes = 'has lost its bytes: their memory was transferred; give a copy';
  await expect(written([{ key: lost, value: lost }])).rejects.toThrow(`the key of a row ${lostBytes}`);
  await expect(written([{ ...row('a'), value: lost }])).rejects.toThrow(`the value of a row ${lostBytes}`);
});
