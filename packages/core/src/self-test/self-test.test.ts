import { hash } from 'node:crypto';
import { readdirSync, readFileSync, readlinkSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { InputTree, TreeReadError } from '@ekv/dump-tree';
import { EnvironmentError, ScratchFolder } from '@ekv/snapshot';
import { FileSink, writeAndClose } from '@ekv/snapshot/publish';
import { replaceCall, systemError } from '@ekv/test-support/file-calls';
import { plant, temporaryFolder } from '@ekv/test-support/temporary-folder';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { selectedAdapters } from '../adapters/adapters.ts';
import { LAST_COMMIT_TS, NO_GUARDS, plantDump, REDIS } from '../dump.test-data.ts';
import { collectRows } from '../encode/collect-rows.ts';
import { Run } from '../run/run.ts';
import { variedDump } from '../varied-dump.test-data.ts';
import { type SelfTestOptions, selfTest } from './self-test.ts';

let folder: string;
let scratch: ScratchFolder;
beforeEach(() => {
  folder = temporaryFolder();
  scratch = new ScratchFolder(folder, 'scratch');
});
afterEach(() => scratch.remove());

/** Encodes a tree to a file, ready for its self-test. */
function written(input: string, lastCommitTs = LAST_COMMIT_TS): SelfTestOptions {
  const run = new Run({});
  const built = collectRows({ input, adapters: REDIS, lastCommitTs, selfTest: true, guards: NO_GUARDS }, run, scratch);
  const path = join(folder, 'built.fsm');
  const file = new FileSink(path);
  const facts = writeAndClose(file, () => built.writer.writeTo(file));
  return {
    path,
    tree: new InputTree(input),
    adapters: selectedAdapters(REDIS),
    lastCommitTs,
    guards: NO_GUARDS,
    edits: { shiftMs: 0n, complete: false },
    acceptFormatting: false,
    built: built.fingerprint!,
    written: facts,
    scratch,
    run,
  };
}

function reportOf(options: SelfTestOptions): string | undefined {
  return selfTest(options)?.report.toString('latin1');
}

test('a tree as decode writes it passes', () => {
  expect(selfTest(written(variedDump(folder)))).toBeUndefined();
});

describe('a damaged file', { timeout: 60_000 }, () => {
  let options: SelfTestOptions;
  let whole: Buffer;
  beforeEach(() => {
    options = written(variedDump(folder));
    whole = readFileSync(options.path);
  });

  function isFound(damaged: Uint8Array): boolean {
    writeFileSync(options.path, damaged);
    return selfTest(options) !== undefined;
  }

  test('is found out by any flipped bit: in lengths, keys, timestamps, flags, expiries and bodies', () => {
    const missed: number[] = [];
    for (let at = 0; at < whole.length; at++) {
      const damaged = Buffer.from(whole);
      damaged[at]! ^= 1 << (at % 8);
      if (!isFound(damaged)) missed.push(at);
    }
    expect(missed).toEqual([]);
  });

  test('is found out wherever it was cut', () => {
    const missed: number[] = [];
    for (let length = 0; length < whole.length; length++) if (!isFound(whole.subarray(0, length))) missed.push(length);
    expect(missed).toEqual([]);
  });

  test('is found out when two stretches of it changed places, or one is there twice', () => {
    const place = fc.integer({ min: 0, max: whole.length });
    fc.assert(
      fc.property(fc.array(place, { minLength: 3, maxLength: 3 }), fc.boolean(), (places, twice) => {
        const [a, b, c] = places.sort((x, y) => x - y) as [number, number, number];
        const pieces = [
          whole.subarray(0, a),
          whole.subarray(b, c),
          whole.subarray(a, twice ? c : b),
          whole.subarray(c),
        ];
        const damaged = Buffer.concat(pieces);
        fc.pre(!damaged.equals(whole));
        expect(isFound(damaged)).toBe(true);
      }),
    );
  });

  test('is found out by a row that no reader shows, a deletion, though all its bytes are those that were written', () => {
    const key = Buffer.alloc(40, 0xff);
    key.writeBigUInt64BE(BigInt.asUintN(64, ~options.lastCommitTs), 32);
    const lengths = [key.length, 9].map((length) => {
      const field = Buffer.alloc(8);
      field.writeBigUInt64LE(BigInt(length));
      return field;
    });
    const deletion = Buffer.from([0x01, 0, 0, 0, 0, 0, 0, 0, 0]);
    const longer = Buffer.concat([whole, lengths[0]!, key, lengths[1]!, deletion]);
    writeFileSync(options.path, longer);
    const { entries } = options.written;
    const written = { ...options.written, bytes: longer.length, sha256: hash('sha256', longer, 'hex') };
    expect(reportOf({ ...options, written })).toMatch(
      new RegExp(`^the snapshot holds other rows than were built: .* in ${entries + 1} entries`),
    );
    expect(reportOf({ ...options, written: { ...written, entries: entries + 1 } })).toBeUndefined();
  });

  test('is told in one line: header, rows, a timestamp of a row, or what decode refuses', () => {
    const keyLength = Number(whole.readBigUInt64LE(16));
    const damage = (at: number) => {
      const damaged = Buffer.from(whole);
      damaged[at]! ^= 1;
      writeFileSync(options.path, damaged);
      return reportOf(options);
    };
    expect(damage(8)).toMatch(/^the header holds the timestamp 1001, wanted was 1000\n$/);
    expect(damage(24 + keyLength - 1)).toMatch(/^the snapshot holds 1 rows with a timestamp or a value header .*\n$/);
    expect(damage(24 + keyLength - 9)).toMatch(/^the snapshot holds other rows than were built: .*\n$/);
    expect(damage(0)).toMatch(/^decode refused the snapshot: .*wrong magic.*\n$/);
  });
});

test('files that differ are one line each: the group in order of bytes, with the rule', () => {
  const options = written(
    plantDump(join(folder, 'tree'), {
      'redis/db_0/strings/%61%62.bin': 'x',
      'redis/db_0/hashes/h.json': '{"format_version":1,"fields":[{"name":"f","value":"v"}],"expire_at_ms":null}',
    }),
  );
  expect(reportOf(options)).toBe(
    [
      'redis/db_0/hashes/h.json (bytes differ)',
      'redis/db_0/strings/%61%62.bin (missing in scratch)',
      'redis/db_0/strings/ab.bin (missing in input)',
      '',
    ].join('\n'),
  );
});

test('the first difference is told with sizes, offset and both sides', () => {
  const tree = variedDump(folder);
  const options = written(tree);
  writeFileSync(join(tree, 'redis/db_0/strings/plain.bin'), 'vAluer');
  expect(selfTest(options)).toMatchObject({
    differences: 1,
    first:
      'redis/db_0/strings/plain.bin (bytes differ): 6 bytes in the input, 5 decoded, first at byte 1: "Aluer" in the input, "alue" decoded',
  });
});

test('extra files of a selected folder count, whatever stands beside it does not', () => {
  const tree = variedDump(folder);
  plant(tree, { 'redis/notes.txt': '', 'redis/db_0/strings/sub/a': '', 's3/b/o': '', 'notes.txt': '', CHECKSUMS: 'x' });
  expect(reportOf(written(tree))).toBe(
    'redis/db_0/strings/sub/a (missing in scratch)\nredis/notes.txt (missing in scratch)\n',
  );
});

test('line breaks and backslashes of a path are escaped as in CHECKSUMS, so each path is one line', () => {
  const tree = variedDump(folder);
  plant(tree, { 'redis/a\nb\\c\rd': '', 'redis/\xc3\xa9': '' });
  const mismatch = selfTest(written(tree));
  expect(mismatch?.report.toString('latin1')).toBe(
    'redis/a\\nb\\\\c\\rd (missing in scratch)\nredis/\xc3\xa9 (missing in scratch)\n',
  );
});

test('a name in UTF-8 is told to people as it is', () => {
  const tree = variedDump(folder);
  plant(tree, { 'redis/\xc3\xa9': '' });
  expect(selfTest(written(tree))?.first).toBe('redis/é (missing in scratch)');
});

test('the key map is compared as a set of lines: order, repetition and line ends do not count', () => {
  const tree = variedDump(folder);
  const path = join(tree, 'redis/db_0/KEYMAP.jsonl');
  const lines = readFileSync(path, 'latin1').trimEnd().split('\n');
  expect(lines.length).toBe(2);
  writeFileSync(path, [...lines.reverse(), lines[0]].join('\r\n'), 'latin1');
  expect(selfTest(written(tree))).toBeUndefined();
});

test('a key map with one line more differs', () => {
  const tree = variedDump(folder);
  const options = written(tree);
  const path = join(tree, 'redis/db_0/KEYMAP.jsonl');
  writeFileSync(path, `${readFileSync(path, 'latin1')}{}\n`, 'latin1');
  expect(reportOf(options)).toBe('redis/db_0/KEYMAP.jsonl (bytes differ)\n');
});

describe('the bound of the report', { timeout: 60_000 }, () => {
  const strayFiles = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`redis/stray-${String(i).padStart(4, '0')}`, '']));

  test.each([1, 63, 64])('%i differences are all told, without a closing line', (count) => {
    const tree = variedDump(folder);
    plant(tree, strayFiles(count));
    const mismatch = selfTest(written(tree));
    expect(mismatch?.differences).toBe(count);
    expect(mismatch?.report.toString().trimEnd().split('\n')).toHaveLength(count);
  });

  test.each([65, 3000])('of %i differences the first 64 are told, and that there are more', (count) => {
    const tree = variedDump(folder);
    plant(tree, strayFiles(count));
    const mismatch = selfTest(written(tree));
    const lines = mismatch?.report.toString().trimEnd().split('\n');
    expect(mismatch?.differences).toBe(count);
    expect(lines).toHaveLength(65);
    expect(lines?.[0]).toBe('redis/stray-0000 (missing in scratch)');
    expect(lines?.[63]).toBe('redis/stray-0063 (missing in scratch)');
    expect(lines?.[64]).toBe('... (truncated; first 64 paths shown)');
  });
});

describe('what the machine refuses is no difference', () => {
  test('a file of the tree that cannot be read any more', () => {
    const options = written(variedDump(folder));
    replaceCall('readSync', (original, ...args) => {
      if (readlinkSync(`/proc/self/fd/${args[0]}`).endsWith('plain.bin')) throw systemError('EIO');
      return original(...args);
    });
    expect(() => selfTest(options)).toThrow(EnvironmentError);
  });

  test('a folder of the tree that cannot be listed any more', () => {
    const options = written(variedDump(folder));
    for (const call of ['opendirSync', 'readdirSync'] as const) {
      replaceCall(call, () => {
        throw systemError('EIO');
      });
    }
    expect(() => selfTest(options)).toThrow(EnvironmentError);
  });

  test('a snapshot file that is gone', () => {
    const options = written(variedDump(folder));
    rmSync(options.path);
    expect(() => selfTest(options)).toThrow(EnvironmentError);
  });
});

describe('a tree that changes meanwhile is a fault of the tree, as while it is encoded', () => {
  function faultOf(options: SelfTestOptions): unknown {
    try {
      return selfTest(options);
    } catch (error) {
      return error;
    }
  }

  test('an adapter folder that became a file', () => {
    const tree = plantDump(join(folder, 'tree'), {});
    const options = written(tree);
    plant(tree, { redis: '' });
    const fault = faultOf(options);
    expect(fault).toBeInstanceOf(TreeReadError);
    expect(String(fault)).toContain('the tree changed while it was compared: ');
  });

  test('a file that becomes shorter while it is compared', () => {
    const options = written(variedDump(folder));
    replaceCall('readSync', (original, ...args) =>
      readlinkSync(`/proc/self/fd/${args[0]}`).endsWith('plain.bin') ? 0 : original(...args),
    );
    const fault = faultOf(options);
    expect(fault).toBeInstanceOf(TreeReadError);
    expect(String(fault)).toContain('plain.bin changed while it was read');
  });

  test('a folder that changes while it is listed', () => {
    const tree = variedDump(folder);
    const strings = join(tree, 'redis/db_0/strings');
    for (let i = 0; i < 200; i++) writeFileSync(join(strings, `more-${i}.bin`), '');
    const options = written(tree);
    let isListed = false;
    for (const call of ['opendirSync', 'readdirSync'] as const) {
      replaceCall(call, (original, ...args) => {
        const listed = original(...args);
        if (String(args[0]) === strings) {
          isListed = true;
          writeFileSync(join(strings, 'more-0.bin'), 'another');
          utimesSync(strings, 1, 1);
        }
        return listed;
      });
    }
    const fault = faultOf(options);
    expect(isListed).toBe(true);
    expect(fault).toBeInstanceOf(TreeReadError);
    expect(String(fault)).toContain('strings changed while it was listed');
  });
});

test('no second tree is written: scratch holds nothing after the test of a small tree', () => {
  const options = written(variedDump(folder));
  expect(selfTest(options)).toBeUndefined();
  expect(readdirSync(folder).sort()).toEqual(['built.fsm', 'tree']);
});
