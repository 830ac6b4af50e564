import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { dumpDigest, wrongDump } from './dump-check.ts';
import { picture } from './picture.ts';
import { namesIn, newPlace } from './places.ts';
import { decode, encode, succeeded } from './programs.ts';
import { copyPair, digestOfPair, leftBeside, readPair } from './published-pair.ts';
import { ENCODED_FILE } from './setting.ts';
import { makeReadOnly, makeWritable, mountTmpfs, type Skipping } from './tmpfs.ts';
import { DATABASE, plantWords } from './trees.ts';

describe('a file system that is read-only', () => {
  test('encode: exit 1 and a reason, the old pair stays', async (context) => {
    const place = newPlace();
    const disk = join(place, 'disk');
    mountTmpfs(context, disk, 1000);
    const tree = plantWords(join(place, 'tree'), 'w', 3);
    await succeeded(encode(tree, join(place, 'kept.fsm'), { place }));
    copyPair(join(place, 'kept.fsm'), join(disk, 'x.fsm'));
    const before = picture(disk);
    makeReadOnly(disk);
    const ended = await encode(tree, join(disk, 'x.fsm'), { place });
    expect(ended.code, ended.stderr).toBe(1);
    expect(ended.stderr).toContain('read-only');
    expect(picture(disk)).toEqual(before);
  });

  test.for(['dump', 'new/dump', '.'])(
    'decode to %s on it: exit 1 and a reason, nothing is written',
    async (output, context) => {
      const place = newPlace();
      const disk = join(place, 'disk');
      mountTmpfs(context, disk, 1000);
      makeReadOnly(disk);
      const ended = await decode(ENCODED_FILE, join(disk, output), { place });
      expect(ended.code, ended.stderr).toBe(1);
      expect(ended.stderr).toContain('read-only');
      expect(namesIn(disk)).toEqual([]);
    },
  );

  test('a tree and a snapshot on it can be read', async (context) => {
    const place = newPlace();
    const disk = join(place, 'disk');
    mountTmpfs(context, disk, 1000);
    plantWords(join(disk, 'tree'), 'w', 3);
    makeReadOnly(disk);
    const encoded = await encode(join(disk, 'tree'), join(place, 'x.fsm'), { place }, '--self-test');
    expect(encoded.code, encoded.stderr).toBe(0);
    makeWritable(disk);
    copyPair(join(place, 'x.fsm'), join(disk, 'x.fsm'));
    makeReadOnly(disk);
    const decoded = await decode(join(disk, 'x.fsm'), join(place, 'dump'), { place });
    expect(decoded.code, decoded.stderr).toBe(0);
    expect(wrongDump(join(place, 'dump'))).toBeUndefined();
  });
});

describe('files that the system does not let be changed', () => {
  const immutable: string[] = [];

  /** Makes a file that not even its owner may change, until the test ends; it may have moved inside the place then. */
  function makeImmutable(context: Skipping, place: string, path: string): void {
    const { status, stderr } = spawnSync('chattr', ['+i', join(place, path)]);
    if (status !== 0) context.skip(`chattr +i is not possible here: ${stderr}`);
    immutable.push(place);
  }

  afterEach(() => {
    for (const place of immutable.splice(0)) execFileSync('chattr', ['-R', '-i', place]);
  });

  test('an output: exit 1, the old pair stays', async (context) => {
    const place = newPlace();
    const output = join(place, 'x.fsm');
    await succeeded(encode(plantWords(join(place, 'old'), 'old', 3), output, { place }));
    const before = digestOfPair(output);
    makeImmutable(context, place, 'x.fsm');
    const ended = await encode(plantWords(join(place, 'new'), 'new', 3), output, { place });
    expect(ended.code, ended.stderr).toBe(1);
    expect(digestOfPair(output)).toBe(before);
    expect(leftBeside(output)).toEqual([]);
  });

  test('a sidecar: exit 1, no snapshot stands beside a sidecar of another', async (context) => {
    const place = newPlace();
    const output = join(place, 'x.fsm');
    await succeeded(encode(plantWords(join(place, 'old'), 'old', 3), output, { place }));
    makeImmutable(context, place, 'x.fsm.encode_info.json');
    const ended = await encode(plantWords(join(place, 'new'), 'new', 3), output, { place });
    expect(ended.code, ended.stderr).toBe(1);
    const { snapshot, told } = readPair(output);
    expect([undefined, told]).toContain(snapshot);
    expect(leftBeside(output)).toEqual([]);
  });

  test('a file of the earlier dump: --force puts the new dump in place and names what it could not remove', async (context) => {
    const place = newPlace();
    const output = join(place, 'dump');
    await succeeded(decode(ENCODED_FILE, output, { place }));
    makeImmutable(context, place, 'dump/MANIFEST.json');
    const ended = await decode(ENCODED_FILE, output, { place }, '--force');
    expect(ended.code, ended.stderr).toBe(0);
    dumpDigest(output);
    const [left] = namesIn(place, '.dump.old-');
    expect(ended.stderr).toContain(left);
  });
});

describe('as a user without rights', () => {
  const NOBODY = 65534;
  /** With what refuses, and who runs this. */
  const DENIED =
    /permission denied \(EACCES\).*; \/\S+ belongs to the user 0 and has the mode 0\d{3}, and this runs as the user 65534: /;

  /** A place that the user may write to, and a tree and a snapshot that he may read. */
  function setTheRights(context: Skipping) {
    if (process.getuid?.() !== 0) context.skip('only root can run a program as another user');
    const place = newPlace();
    const mine = join(place, 'mine');
    const tree = plantWords(join(place, 'tree'), 'w', 3);
    mkdirSync(mine);
    for (const path of [mine, join(place, 'scratch')]) chownSync(path, NOBODY, NOBODY);
    chmodSync(place, 0o755);
    return { place, mine, tree, user: { place, uid: NOBODY } };
  }

  test('a folder that he may not write to: exit 1 and a reason', async (context) => {
    const { place, tree, user } = setTheRights(context);
    const before = picture(place);
    for (const ended of [
      await encode(tree, join(place, 'x.fsm'), user),
      await decode(ENCODED_FILE, join(place, 'dump'), user),
    ]) {
      expect(ended.code, ended.stderr).toBe(1);
      expect(ended.stderr).toMatch(DENIED);
    }
    expect(picture(place)).toEqual(before);
  });

  test.for([[['strings/key-1.bin', 'hashes/h.json', 'strings_ttl.jsonl']], [['strings', 'lists']], [['.']]])(
    'a tree in which he may not read %j: exit 1, the first path and a reason',
    async ([paths], context) => {
      const { tree, mine, user } = setTheRights(context);
      for (const path of paths!) chmodSync(join(tree, DATABASE, path), 0);
      const ended = await encode(tree, join(mine, 'x.fsm'), user);
      expect(ended.code, ended.stderr).toBe(1);
      expect(paths!.some((path) => ended.stderr.includes(join(tree, DATABASE, path)))).toBe(true);
      expect(ended.stderr).toMatch(DENIED);
      expect(namesIn(mine)).toEqual([]);
    },
  );

  test('a manifest, a snapshot, a scratch root that he may not use: exit 1, the path and a reason', async (context) => {
    const { place, tree, mine, user } = setTheRights(context);
    const snapshot = join(place, 'in.fsm');
    writeFileSync(snapshot, readFileSync(ENCODED_FILE), { mode: 0o600 });
    chmodSync(join(tree, 'MANIFEST.json'), 0);
    const input = readFileSync(ENCODED_FILE);
    mkdirSync(join(place, 'no-scratch'));
    const runs = [
      [join(tree, 'MANIFEST.json'), await encode(tree, join(mine, 'x.fsm'), user)],
      [snapshot, await decode(snapshot, join(mine, 'dump'), user)],
      [
        'no-scratch',
        await decode('-', join(mine, 'dump'), { ...user, input }, '--scratch-root', join(place, 'no-scratch')),
      ],
    ] as const;
    for (const [path, ended] of runs) {
      expect(ended.code, ended.stderr).toBe(1);
      expect(ended.stderr).toContain(path);
      expect(ended.stderr).toMatch(DENIED);
    }
    expect(namesIn(mine)).toEqual([]);
  });
});
