import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32c, DataError, EnvironmentError, SnapshotFormatError } from '@ekv/snapshot';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type DecodeFolderRequest, decodeSnapshotFolder } from './decode-snapshot-folder.ts';
import { NO_EXCLUSIONS, REDIS } from './dump.test-data.ts';
import { type Entry, snapshotBytes, stringEntry } from './snapshot-file.test-data.ts';
import { plant, temporaryFolder } from './temporary-folder.test-data.ts';

const NAMES = ['0000000000000010', '000000000000001f', '00000000000000a0'] as const;
const [OLDEST, OLDER, NEWEST] = NAMES;

let node: string;
const workingFolder = process.cwd();
beforeEach(() => {
  node = join(temporaryFolder(), 'node');
  for (const name of NAMES) {
    const bytes = snapshotBytes([stringEntry('name', name)], { footer: true });
    plant(node, { [`fsm-snap/${name}.fsm`]: bytes, [`snap/0000000000000002-${name}.snap`]: tokenOf(name, bytes) });
  }
});
afterEach(() => process.chdir(workingFolder));

/** A token as a node writes it; docs/format/01-snapshot.md, section 8.4. */
function tokenOf(name: string, file: Buffer, index = BigInt(`0x${name}`)): Buffer {
  const token = Buffer.alloc(17);
  token.write('EKVT\x01', 'latin1');
  token.writeBigUInt64BE(index, 5);
  file.copy(token, 13, file.length - 4);
  const message = Buffer.concat([Buffer.from([0x0a, token.length]), token]);
  return Buffer.concat([Buffer.from([0x08]), varint(crc32c(message)), Buffer.from([0x12, message.length]), message]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Buffer.from([...bytes, rest]);
    bytes.push((rest % 128) | 0x80);
  }
}

function decode(more: Partial<DecodeFolderRequest> = {}) {
  return decodeSnapshotFolder({
    folder: join(node, 'fsm-snap'),
    output: join(node, '../out'),
    adapters: REDIS,
    exclusions: NO_EXCLUSIONS,
    toolVersion: 'ekv/test',
    ...more,
  });
}

function refusal(more: Partial<DecodeFolderRequest> = {}): Error {
  try {
    decode(more);
  } catch (error) {
    return error as Error;
  }
  throw new Error('the folder was not refused');
}

function decodedName(output = 'out'): string {
  return readFileSync(join(node, '..', output, 'redis/db_0/strings/name.bin'), 'latin1');
}

function replace(name: string, entries: readonly Entry[], footer: boolean): void {
  plant(node, { [`fsm-snap/${name}.fsm`]: snapshotBytes(entries, { footer }) });
}

test('the snapshot with the highest index is decoded, and its index is in the manifest', () => {
  expect(decode()).toMatchObject([{ snapshotIndex: 0xa0n, input: join(node, `fsm-snap/${NEWEST}.fsm`) }]);
  expect(decodedName()).toBe(NEWEST);
});

test('the data folder above the snapshots is as good', () => {
  decode({ folder: node });
  expect(decodedName()).toBe(NEWEST);
});

test('only regular files with 16 lower-case hex digits and .fsm count', () => {
  const bytes = snapshotBytes([stringEntry('name', 'wrong')], { footer: true });
  const others = ['00000000000000FF.fsm', '00000000000000ff.fsm.tmp', 'ff.fsm', '255.fsm', '00000000000000ff.fsm.bak'];
  for (const name of others) plant(node, { [`fsm-snap/${name}`]: bytes });
  mkdirSync(join(node, 'fsm-snap/00000000000000fe.fsm'));
  symlinkSync(`${OLDEST}.fsm`, join(node, 'fsm-snap/00000000000000fd.fsm'));
  decode();
  expect(decodedName()).toBe(NEWEST);
});

test.each([
  ['a folder without one', () => join(node, 'snap')],
  ['a folder that does not exist', () => join(node, 'nothing')],
])('%s is refused by its name', (_, folderOf) => {
  const error = refusal({ folder: folderOf() });
  expect(error).toBeInstanceOf(EnvironmentError);
  expect(error.message).toContain(folderOf());
});

describe('a snapshot that is not whole is never passed over: the error names it and the next older one', () => {
  const named = `the next older one is .*/fsm-snap/${OLDER}\\.fsm, pass it with --input`;

  function expectRefusal(rule: RegExp, more: Partial<DecodeFolderRequest> = {}): Error {
    const error = refusal(more);
    expect(error).toBeInstanceOf(DataError);
    expect(error.message).toContain(`${NEWEST}.fsm`);
    expect(error.message).toMatch(rule);
    expect(error.message).toMatch(new RegExp(named));
    expect(readdirSync(join(node, '..'))).toEqual(['node']);
    return error;
  }

  test('without a footer', () => {
    replace(NEWEST, [stringEntry('name', NEWEST)], false);
    expectRefusal(/has no checksum footer/);
  });

  test('with a wrong footer', () => {
    const bytes = snapshotBytes([stringEntry('name', NEWEST)], { footer: true });
    bytes[bytes.length - 1]! ^= 1;
    plant(node, { [`fsm-snap/${NEWEST}.fsm`]: bytes });
    const error = expectRefusal(/the checksum does not match/);
    expect(error).toBeInstanceOf(SnapshotFormatError);
  });

  test('cut in the middle', () => {
    plant(node, { [`fsm-snap/${NEWEST}.fsm`]: snapshotBytes([stringEntry('name', NEWEST)]).subarray(0, -3) });
    expectRefusal(/truncated/);
  });

  test('without a token in the folder of tokens', () => {
    const bytes = snapshotBytes([stringEntry('name', NEWEST)], { footer: true });
    plant(node, { 'fsm-snap/00000000000000a1.fsm': bytes });
    const error = refusal();
    expect(error.message).toMatch(/00000000000000a1\.fsm is not a whole snapshot: .*holds no token of this index/);
    expect(error.message).toContain(`${NEWEST}.fsm, pass it with --input`);
  });

  test('with a token of another index', () => {
    const bytes = readFileSync(join(node, `fsm-snap/${NEWEST}.fsm`));
    plant(node, { [`snap/0000000000000002-${NEWEST}.snap`]: tokenOf(NEWEST, bytes, 7n) });
    expectRefusal(/is of index 7/);
  });

  test('with a token of another footer', () => {
    replace(NEWEST, [stringEntry('name', 'other')], true);
    expectRefusal(/wants the checksum [0-9a-f]{8}, the file has [0-9a-f]{8}/);
  });

  test.each([
    ['empty', () => Buffer.alloc(0)],
    ['with a flipped bit', () => flipped(readFileSync(join(node, `snap/0000000000000002-${NEWEST}.snap`)))],
    ['larger than a token can be', () => Buffer.alloc(2 << 20)],
  ])('with a token file that is none: %s', (_, bytesOf) => {
    plant(node, { [`snap/0000000000000002-${NEWEST}.snap`]: bytesOf() });
    expectRefusal(/is no snapshot token/);
  });

  test('when the folder is given as the working folder, or by a link', () => {
    replace(NEWEST, [stringEntry('name', 'other')], true);
    symlinkSync('fsm-snap', join(node, 'link'));
    expect(refusal({ folder: join(node, 'link') }).message).toMatch(/wants the checksum/);
    process.chdir(join(node, 'fsm-snap'));
    expect(refusal({ folder: '.' }).message).toMatch(/wants the checksum/);
  });

  test('the oldest one has no older one', () => {
    replace(OLDEST, [stringEntry('name', OLDEST)], false);
    expect(refusal({ all: true }).message).toMatch(/there is no older one$/);
  });
});

function flipped(bytes: Buffer): Buffer {
  const damaged = Buffer.from(bytes);
  damaged[damaged.length - 1]! ^= 1;
  return damaged;
}

test('of several tokens of one index the one of the newest term counts', () => {
  plant(node, { [`snap/0000000000000001-${NEWEST}.snap`]: 'of an older term' });
  decode();
  expect(decodedName()).toBe(NEWEST);
});

test('without a folder of tokens the footer alone decides', () => {
  const alone = join(node, '../alone/fsm-snap');
  plant(alone, { [`${NEWEST}.fsm`]: snapshotBytes([stringEntry('name', 'alone')], { footer: true }) });
  decode({ folder: alone });
  expect(decodedName()).toBe('alone');
});

describe('all snapshots', () => {
  test('are decoded from the oldest on, each to a folder of its own with manifest and list', () => {
    const results = decode({ all: true });
    expect(results.map(({ output }) => output)).toEqual(NAMES.map((name) => join(node, '../out', name)));
    for (const name of NAMES) {
      expect(decodedName(`out/${name}`)).toBe(name);
      expect(readdirSync(join(node, '../out', name)).sort()).toEqual(['CHECKSUMS', 'MANIFEST.json', 'redis']);
    }
  });

  test('end with the first failure; the trees before it stay', () => {
    writeFileSync(join(node, `fsm-snap/${OLDER}.fsm`), 'EKV');
    expect(refusal({ all: true }).message).toMatch(new RegExp(`${OLDER}.*${OLDEST}\\.fsm, pass it with --input`));
    expect(readdirSync(join(node, '../out'))).toEqual([OLDEST]);
  });
});
