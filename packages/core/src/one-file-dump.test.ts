import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { Warning } from '@ekv/snapshot';
import { tarMembers, tarOf } from '@ekv/test-support/tar-file';
import { picture, temporaryFolder } from '@ekv/test-support/temporary-folder';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { attemptDecode, inputOf } from './decode/decode-attempt.test-data.ts';
import type { DecodeRequest } from './decode/decode-request.ts';
import { decodeSnapshot } from './decode/decode-snapshot.ts';
import { NO_EXCLUSIONS } from './dump.test-data.ts';
import { evenDump } from './even-dump.test-data.ts';
import { attempt, publishRequest } from './publish/publish-request.test-data.ts';
import type { PublishRequest } from './publish/publish-request.ts';
import { ADAPTER_NAMES } from './run/adapter-list.ts';

const GOLDEN = join(import.meta.dirname, '../../../fixtures/golden');
/** Snapshots of real nodes and of cases, of all adapters, and all features of their trees. */
const SNAPSHOTS = ['live/all-four/out.fsm', 'cli/round-trip-all-adapters/in.fsm'].map((path) => join(GOLDEN, path));

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
  mkdirSync(join(folder, 'scratch'));
  mkdirSync(join(folder, 'place'));
  // The manifest and all members tell the time.
  vi.useFakeTimers({ toFake: ['Date'], now: 1_790_000_000_123 });
});
afterEach(() => vi.useRealTimers());

function decode(input: string, output: string, more: Partial<DecodeRequest> = {}) {
  const { result, error, warnings } = attemptDecode(folder, {
    input,
    output: join(folder, output),
    adapters: ADAPTER_NAMES,
    ...more,
  });
  if (error !== undefined) throw error;
  return { result, warnings: told(warnings, join(folder, output)) };
}

function encode(input: string, more: Partial<PublishRequest> = {}) {
  const root = join(folder, input);
  const request = publishRequest(folder, { input: root, adapters: ADAPTER_NAMES, ...more });
  const { result, error, warnings } = attempt(request);
  if (error !== undefined) throw error;
  expect(readdirSync(join(folder, 'scratch'))).toEqual([]);
  const { output } = request;
  return {
    outcome: result?.outcome,
    snapshot: readFileSync(output),
    warnings: told(warnings, root),
  };
}

/** With the root as it is called in every form. */
function told(warnings: readonly Warning[], root: string): string[] {
  return warnings.map((warning) => JSON.stringify(warning).replaceAll(root, 'ROOT'));
}

/** The folder that these members give when they are unpacked. */
function pictureOf(members: Readonly<Record<string, string>>): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [path, bytes] of Object.entries(members)) {
    for (let at = dirname(path); at !== '.'; at = dirname(at)) found[at] = 'folder';
    if (path.endsWith('/')) found[path.slice(0, -1)] = 'folder';
    else found[path] = bytes;
  }
  return found;
}

describe.each(SNAPSHOTS)('%s', (input) => {
  test.each(['tar', 'tar.zst'])(
    'as a folder and as a %s it is the same tree, with the same snapshot and warnings',
    (form) => {
      const asFolder = decode(input, 'dump');
      const encoded = encode('dump', { verify: true });
      expect(encoded.outcome).toBe('published');
      const name = `dump.${form}`;
      const asArchive = decode(input, name);
      expect(asArchive.warnings).toEqual(asFolder.warnings);
      expect(asArchive.result).toMatchObject({ files: asFolder.result!.files, bytes: asFolder.result!.bytes });
      expect(pictureOf(tarMembers(readFileSync(join(folder, name))))).toEqual(picture(join(folder, 'dump')));
      const again = encode(name, { verify: true, selfTest: true });
      expect(again.snapshot.equals(encoded.snapshot)).toBe(true);
      expect({ ...again, snapshot: '' }).toEqual({ ...encoded, snapshot: '' });
    },
  );

  test('two decodes to one file give the same bytes, and so does a salvage that has nothing to leave out', () => {
    for (const name of ['a.tar.zst', 'b.tar.zst']) decode(input, name);
    decode(input, 'c.tar.zst', { salvage: true });
    const [a, b, c] = ['a', 'b', 'c'].map((name) => readFileSync(join(folder, `${name}.tar.zst`)));
    expect(b!.equals(a!)).toBe(true);
    expect(c!.equals(a!)).toBe(true);
  });
});

test('an archive that was edited is warned of as an edited folder is, and refused alike', () => {
  decode(SNAPSHOTS[1]!, 'dump');
  const edit = join(folder, 'dump/redis/db_0/strings');
  const name = readdirSync(edit)[0]!;
  writeFileSync(join(edit, name), 'edited');
  writeFileSync(join(folder, 'dump/redis/db_0/strings/new.bin'), 'new');
  writeFileSync(join(folder, 'dump/reddis'), '');
  writeFileSync(join(folder, 'dump.tar.zst'), zstdCompressSync(tarOf(join(folder, 'dump'), '.')));
  const inFolder = encode('dump');
  expect(inFolder.warnings.join()).toContain('checksums_differ');
  expect(inFolder.warnings.join()).toContain('stray_entries');
  expect(encode('dump.tar.zst')).toEqual(inFolder);
  writeFileSync(join(folder, 'dump.tar.gz'), gzipSync(zstdDecompressSync(readFileSync(join(folder, 'dump.tar.zst')))));
  expect(encode('dump.tar.gz')).toEqual(inFolder);
  for (const more of [{ verify: true }, { strict: true }]) {
    const message = (input: string) => {
      try {
        encode(input, more);
      } catch (error) {
        return (error as Error).message.replaceAll(join(folder, input), 'ROOT');
      }
    };
    expect(message('dump.tar.zst')).toBe(message('dump'));
    expect(message('dump')).toBeDefined();
  }
});

test('a self-test that finds a difference names it in an archive too', () => {
  decode(SNAPSHOTS[0]!, 'dump');
  const strings = join(folder, 'dump/redis/db_0/strings');
  // Decode would give this key another name.
  writeFileSync(join(strings, '%61bc.bin'), 'one');
  writeFileSync(join(folder, 'dump.tar'), tarOf(join(folder, 'dump'), '.'));
  const outcomes = ['dump', 'dump.tar'].map((input) => {
    const { result } = attempt(
      publishRequest(folder, { input: join(folder, input), adapters: ADAPTER_NAMES, selfTest: true }),
    );
    return result?.outcome === 'mismatch' ? result.mismatch : undefined;
  });
  expect(outcomes[0]).toMatchObject({ differences: 2 });
  expect(outcomes[1]).toEqual(outcomes[0]);
});

test('a snapshot that is zstd or gzip is decoded as the plain one, and damage of the packing is refused', () => {
  const plain = readFileSync(SNAPSHOTS[0]!);
  writeFileSync(inputOf(folder), plain);
  decode(inputOf(folder), 'dump');
  const wanted = picture(join(folder, 'dump/redis'));
  for (const [suffix, bytes] of [
    ['zst', zstdCompressSync(plain)],
    ['gz', gzipSync(plain)],
  ] as const) {
    const input = `${inputOf(folder)}.${suffix}`;
    writeFileSync(input, bytes);
    const { result } = decode(input, suffix);
    expect(result?.snapshotIndex).toBe(0x51n);
    expect(picture(join(folder, suffix, 'redis'))).toEqual(wanted);
    writeFileSync(input, bytes.subarray(0, -3));
    expect(() => decode(input, `${suffix}-cut`)).toThrow(/is damaged at byte \d+: .* cut short/);
  }
});

describe('the form of an output', () => {
  const outcome = (more: Partial<DecodeRequest>) =>
    attemptDecode(folder, { input: SNAPSHOTS[1]!, adapters: ADAPTER_NAMES, exclusions: NO_EXCLUSIONS, ...more }).error
      ?.message;

  test('follows its suffix, unless it is said', () => {
    expect(outcome({ output: join(folder, 'x.tar'), format: 'folder' })).toBeUndefined();
    expect(readdirSync(join(folder, 'x.tar'))).toContain('MANIFEST.json');
    expect(outcome({ output: join(folder, 'plain'), format: 'tar.zst' })).toBeUndefined();
    expect(readFileSync(join(folder, 'plain')).readUInt32BE(0)).toBe(0x28b52ffd);
  });

  test.each(['x.tar.gz', 'x.tgz', 'x.tar.xz', 'x.tzst'])('%s is none that is written', (name) => {
    expect(outcome({ output: join(folder, name) })).toMatch(/not written here; name it \.tar\.zst or \.tar, or say/);
    expect(readdirSync(folder).sort()).toEqual(['place', 'scratch']);
  });

  test('standard output takes no folder', () => {
    expect(outcome({ output: '-' })).toMatch(/^--output -: standard output .* --format tar\.zst \(one that is called/);
  });
});

test('an archive that stands there stays; force replaces one of a dump', () => {
  decode(SNAPSHOTS[0]!, 'dump.tar');
  const before = readFileSync(join(folder, 'dump.tar'));
  expect(() => decode(SNAPSHOTS[1]!, 'dump.tar')).toThrow(/dump\.tar exists; choose another name/);
  expect(readFileSync(join(folder, 'dump.tar')).equals(before)).toBe(true);
  decode(SNAPSHOTS[1]!, 'dump.tar', { force: true });
  expect(readFileSync(join(folder, 'dump.tar')).equals(before)).toBe(false);
  expect(readdirSync(folder).sort()).toEqual(['dump.tar', 'place', 'scratch']);
});

test('an archive of many files is the same with any number of workers', { timeout: 120_000 }, () => {
  const { snapshot } = evenDump(join(folder, 'even'), 'items', 2500);
  const [alone, two, five] = [1, 2, 5].map((workers) => {
    const output = join(folder, `${workers}.tar`);
    const request = {
      input: snapshot,
      output,
      adapters: ADAPTER_NAMES,
      exclusions: NO_EXCLUSIONS,
      toolVersion: 'test',
    };
    decodeSnapshot(request, { workers });
    return readFileSync(output);
  });
  expect(alone!.length).toBeGreaterThan(2 << 20);
  expect(two!.equals(alone!)).toBe(true);
  expect(five!.equals(alone!)).toBe(true);
});
