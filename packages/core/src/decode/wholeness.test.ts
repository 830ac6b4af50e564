import { hash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeInfoBytes, type Manifest, readManifest } from '@ekv/manifest';
import { DataError } from '@ekv/snapshot';
import { footerOf, snapshotBytes } from '@ekv/test-support/node-file';
import { makeFifo } from '@ekv/test-support/system-program';
import { temporaryFolder } from '@ekv/test-support/temporary-folder';
import { beforeEach, describe, expect, test } from 'vitest';
import { stringEntry } from '../redis-entry.test-support.ts';
import { StrictError } from '../run/run.ts';
import { attemptDecode, type DecodeAttempt, inputOf } from './decode-attempt.test-data.ts';
import type { DecodeRequest } from './decode-request.ts';

const GOLDEN = join(import.meta.dirname, '../../../../fixtures/golden');

let folder: string;
let input: string;
let sidecar: string;
beforeEach(() => {
  folder = temporaryFolder();
  input = inputOf(folder);
  sidecar = `${input}.encode_info.json`;
  mkdirSync(join(folder, 'scratch'));
});

function decode(more: Partial<DecodeRequest> = {}): DecodeAttempt {
  return attemptDecode(folder, more);
}

/** The only warning is of this event, and strict refuses it and makes nothing. */
function expectDoubt(event: string, words: RegExp, more: Partial<DecodeRequest> = {}): void {
  const { result, warnings } = decode(more);
  expect(result?.files).toBeGreaterThan(0);
  expect(warnings).toMatchObject([{ event, message: expect.stringMatching(words), doubt: true }]);
  const { error } = decode({ ...more, output: join(folder, 'strict'), strict: true });
  expect(error).toBeInstanceOf(StrictError);
  expect(error?.message).toContain(event);
}

function expectNoDoubt(more: Partial<DecodeRequest> = {}): void {
  const { error, warnings } = decode({ strict: true, ...more });
  expect({ error, warnings }).toEqual({ error: undefined, warnings: [] });
}

const ROWS = snapshotBytes([stringEntry('a', 'one'), stringEntry('b', 'two')]);
const WRAPPER = Buffer.concat([Buffer.from('EKVTHLC1'), Buffer.alloc(8, 1)]);

function ownRows(...keys: readonly string[]): Buffer {
  return Buffer.concat(
    keys.map((key) => {
      const row = Buffer.alloc(8 + key.length + 8 + 8);
      row.writeUInt32LE(key.length);
      row.write(key, 8);
      row.writeUInt32LE(8, 8 + key.length);
      return row;
    }),
  );
}

const OWN = ownRows('_meta_applied_index', '_meta_last_commit_ts', '_meta_min_retained_ts');

describe("a node's file without a footer", () => {
  const whole = Buffer.concat([WRAPPER, ROWS, OWN]);

  test("that ends in the node's own rows is whole", () => {
    writeFileSync(input, whole);
    expectNoDoubt();
  });

  test.each([
    ['between two rows', Buffer.concat([WRAPPER, snapshotBytes([stringEntry('a', 'one')])])],
    ["before the node's own rows", Buffer.concat([WRAPPER, ROWS])],
    ["among the node's own rows", Buffer.concat([WRAPPER, ROWS, ownRows('_meta_applied_index')])],
  ])('that was cut %s is a doubt', (_, bytes) => {
    writeFileSync(input, bytes);
    expectDoubt('cut_snapshot', /without a checksum footer and without the rows.*copy it again/);
  });

  test('that was cut between any two rows is a doubt: a file of a real node with all adapters', () => {
    const node = readFileSync(join(GOLDEN, 'live/all-four/00000000000001b9.fsm'));
    const ends = entryEnds(node);
    for (const count of [1, 100, 489, ends.length - 4]) {
      writeFileSync(input, node.subarray(0, ends[count - 1]));
      const { warnings } = decode({ output: join(folder, `out-${count}`), adapters: ['s3'] });
      expect(warnings.map(({ event }) => event)).toContain('cut_snapshot');
    }
    writeFileSync(input, node.subarray(0, ends.at(-1)));
    expect(decode({ output: join(folder, 'whole') }).warnings).toEqual([]);
  });

  test('a wrong footer is damage, not a doubt', () => {
    writeFileSync(input, Buffer.concat([whole, Buffer.from('abcd')]));
    expect(decode().error).toBeInstanceOf(DataError);
  });
});

test.each([
  ['a payload without wrapper, as encode writes it', () => ROWS],
  ["a node's file with a footer", () => withFooter(Buffer.concat([WRAPPER, ROWS, OWN]))],
  ['a prepared file, with a footer and without rows of a node', () => withFooter(Buffer.concat([WRAPPER, ROWS]))],
  ['a payload with a footer', () => withFooter(ROWS)],
])('%s gives no doubt', (_, bytesOf) => {
  writeFileSync(input, bytesOf());
  expectNoDoubt();
});

describe.each([
  ['a plain payload', ROWS],
  ['a wrapped file with a footer', withFooter(Buffer.concat([WRAPPER, ROWS]))],
  ['a wrapped file without one', Buffer.concat([WRAPPER, ROWS, OWN])],
  ['a payload with a footer', withFooter(ROWS)],
])('the digest in the sidecar, beside %s', (_, bytes) => {
  beforeEach(() => writeFileSync(input, bytes));

  test('that fits gives no doubt', () => {
    writeSidecar(hash('sha256', bytes));
    expectNoDoubt();
  });

  test('that differs is a doubt that names both digests and the sidecar', () => {
    writeSidecar('0'.repeat(64));
    expectDoubt('digest_differs', new RegExp(`${hash('sha256', bytes)}.*${sidecar} tells 0{64}`));
  });
});

test('a snapshot of encode that was cut between two rows differs from the digest in its sidecar', () => {
  writeSidecar(hash('sha256', ROWS));
  writeFileSync(input, snapshotBytes([stringEntry('a', 'one')]));
  expectDoubt('digest_differs', /may have been cut/);
});

test('entries out of order are compared as the file has them', () => {
  const bytes = snapshotBytes([stringEntry('b', 'two'), stringEntry('a', 'one')], { order: 'as given' });
  writeFileSync(input, bytes);
  writeSidecar(hash('sha256', bytes));
  expectNoDoubt();
});

describe('a sidecar that cannot be used is a doubt', () => {
  beforeEach(() => writeFileSync(input, ROWS));

  test.each<[string, () => void, RegExp]>([
    ['text', () => writeFileSync(sidecar, 'x'), /sidecar/],
    ['of another format', () => writeFileSync(sidecar, '{"format_version": 2}'), /version/],
    ['without a digest', () => writeSidecar(''), /output_fsm_sha256 is no SHA-256/],
    ['a digest in capitals', () => writeSidecar('A'.repeat(64)), /is no SHA-256/],
    ['a folder', () => mkdirSync(sidecar), /not a regular file|is a folder/],
    ['a pipe', () => makeFifo(sidecar), /not a regular file/],
    ['a link to itself', () => symlinkSync(sidecar, sidecar), /symlink/],
    ['larger than any sidecar', () => writeFileSync(sidecar, Buffer.alloc(2 << 20)), /2097152 bytes/],
  ])('%s', (_, make, words) => {
    make();
    expectDoubt('sidecar_unusable', words);
  });
});

test('an object that is named by its SHA-256 is compared with its name', () => {
  const name = (sha256: string) => join(folder, `${sha256}.fsm`);
  const [right, wrong] = [name(hash('sha256', ROWS)), name('1'.repeat(64))];
  writeFileSync(right, ROWS);
  expectNoDoubt({ input: right, output: join(folder, 'right') });
  renameSync(right, wrong);
  expectDoubt('digest_differs', /its name tells 1{64}/, { input: wrong });
});

function writeSidecar(sha256: string, more: object = {}): void {
  const info = {
    format_version: 1 as const,
    encoder_version: 'test',
    encoder_key_format_version: 1,
    wall_time_iso: '2026-01-02T03:04:05Z',
    input_root: 'out',
    output_fsm_path: 'elsewhere.fsm',
    output_fsm_sha256: sha256,
    last_commit_ts: 1000n,
    last_commit_ts_overridden: false,
    manifest_last_commit_ts: 1000n,
    manifest_cluster_id: '',
    adapters_enabled: ['redis'],
    self_test: { ran: true, matched: true },
    ...more,
  };
  writeFileSync(sidecar, encodeInfoBytes(info));
}

function withFooter(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, footerOf(bytes)]);
}

/** Offsets behind each entry of a file with a wrapper of version 1. */
function entryEnds(file: Buffer): number[] {
  const ends: number[] = [];
  for (let at = 32; at + 8 < file.length; ends.push(at)) {
    at += 8 + file.readUInt32LE(at);
    at += 8 + file.readUInt32LE(at);
  }
  return ends;
}

test.each<[string, object, RegExp]>([
  ['another timestamp', { last_commit_ts: 5n }, /it says last_commit_ts 5, the snapshot has 1000;/],
  [
    'adapters without one that has rows',
    { adapters_enabled: ['dynamodb', 's3'] },
    /it says adapters_enabled dynamodb, s3, the snapshot has rows of redis;/,
  ],
  ['that its self-test failed', { self_test: { ran: true, matched: false } }, /the self-test of the snapshot failed/],
])('a sidecar with the digest of the snapshot that says %s is a doubt', (_, said, words) => {
  writeFileSync(input, ROWS);
  writeSidecar(hash('sha256', ROWS), said);
  expectDoubt('sidecar_contradicts', words);
});

test('rows that the sidecar does not list are a doubt also when their adapter is not selected', () => {
  writeFileSync(input, snapshotBytes([stringEntry('a', 'one'), { key: '!s3|obj|head|x', value: Buffer.from('{}') }]));
  writeSidecar(hash('sha256', readFileSync(input)), { adapters_enabled: ['redis'] });
  expectDoubt('sidecar_contradicts', /has rows of s3/);
});

test.each([[['redis', 'dynamodb', 's3', 'sqs']], [[]], [['redis', 'of a later version']]])(
  'a sidecar that lists %j is no contradiction of a snapshot with rows of redis alone',
  (adapters_enabled) => {
    writeFileSync(input, ROWS);
    writeSidecar(hash('sha256', ROWS), { adapters_enabled });
    expectNoDoubt();
  },
);

describe('a sidecar that says that the snapshot is not complete', () => {
  const PARTIAL = { version: 1 as const, partial: { rows: 3n } };

  test('is a loss, and the mark goes on to the manifest', () => {
    writeFileSync(input, ROWS);
    writeSidecar(hash('sha256', ROWS), { ekv: PARTIAL });
    const { result, warnings } = decode();
    expect(warnings).toMatchObject([
      { event: 'incomplete_source', message: expect.stringContaining(sidecar), fields: { rows: 3n }, loss: true },
    ]);
    // It is what this decode left out.
    expect(result?.partial).toBeUndefined();
    expect(manifestOf('out').ekv).toEqual(PARTIAL);
    expect(decode({ output: join(folder, 'strict'), strict: true }).error?.message).toContain('incomplete_source');
  });

  test('says nothing of a file with another digest', () => {
    writeFileSync(input, ROWS);
    writeSidecar('0'.repeat(64), { ekv: PARTIAL });
    expect(decode().warnings.map(({ event }) => event)).toEqual(['digest_differs']);
    expect(manifestOf('out').ekv).toBeUndefined();
  });

  test('adds up with what is salvaged from the file', () => {
    const damaged = snapshotBytes([stringEntry('a', 'one'), { key: '!redis|ttl|b', value: Buffer.from('short') }]);
    writeFileSync(input, damaged);
    writeSidecar(hash('sha256', damaged), { ekv: { version: 1, partial: { rows: 3n, bytes: 7n } } });
    expect(decode({ salvage: true }).result?.partial).toEqual({ rows: 1 });
    expect(manifestOf('out').ekv?.partial).toEqual({ rows: 4n, bytes: 7n });
  });
});

function manifestOf(output: string): Manifest {
  return readManifest(readFileSync(join(folder, output, 'MANIFEST.json')), 'MANIFEST.json');
}
