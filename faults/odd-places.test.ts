import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { dumpDigest, wrongDump } from './dump-check.ts';
import { picture } from './picture.ts';
import { makeFifo, namesIn, newPlace } from './places.ts';
import { decode, encode, succeeded } from './programs.ts';
import { copyPair, digestOfPair, leftBeside, readPair, sidecarOf } from './published-pair.ts';
import { ENCODED_FILE } from './setting.ts';
import { makeReadOnly, makeWritable, mountTmpfs, type Skipping } from './tmpfs.ts';
import { DATABASE, plantWords } from './trees.ts';

/** What can stand in the way at a path; each makes it there, and files in `aside` that it leads to. */
const OBSTACLES = {
  folder: (path: string, aside: string) => {
    mkdirSync(path);
    writeFileSync(join(path, basename(aside)), 'a folder that is not empty');
  },
  'link to a file': (path: string, aside: string) => {
    writeFileSync(aside, 'what the link leads to');
    symlinkSync(aside, path);
  },
  'link to a folder': (path: string, aside: string) => {
    mkdirSync(aside);
    symlinkSync(aside, path);
  },
  'dangling link': (path: string, aside: string) => symlinkSync(aside, path),
  FIFO: (path: string, _aside: string) => makeFifo(path),
  'hard link': (path: string, aside: string) => {
    writeFileSync(aside, 'a file with two names');
    linkSync(aside, path);
  },
} as const;
type Obstacle = keyof typeof OBSTACLES;

const ALL = Object.keys(OBSTACLES) as Obstacle[];
const ALL_BUT_FOLDER = ALL.filter((name) => name !== 'folder');
const ASIDE = 'aside';

/** A tree, and a folder `out` with something in the way at `out/NAME`. */
function setTheScene(obstacle: Obstacle, name: string) {
  const place = newPlace();
  const tree = plantWords(join(place, 'tree'), 'w', 3);
  mkdirSync(join(place, 'out'));
  OBSTACLES[obstacle](join(place, 'out', name), join(place, ASIDE));
  return { place, tree, folder: join(place, 'out'), output: join(place, 'out/x.fsm'), aside: asideOf(place) };
}

/** What the obstacle led to. */
function asideOf(place: string): string {
  const path = join(place, ASIDE);
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return 'nothing';
  return stat.isDirectory() ? `folder ${namesIn(path)}` : readFileSync(path, 'utf8');
}

describe('encode, with something at the output', () => {
  test('a folder is refused and stays', async () => {
    const { place, tree, folder, output } = setTheScene('folder', 'x.fsm');
    const before = picture(folder);
    const ended = await encode(tree, output, { place });
    expect(ended.code, ended.stderr).toBe(1);
    expect(ended.stderr).toContain(output);
    expect(picture(folder)).toEqual(before);
  });

  test.for(ALL_BUT_FOLDER)(
    'a %s is replaced, and one at the report removed; what they lead to stays',
    async (obstacle) => {
      const { place, tree, output, aside } = setTheScene(obstacle, 'x.fsm');
      OBSTACLES[obstacle](`${output}.mismatch.txt`, `${output}.other`);
      const ended = await encode(tree, output, { place });
      expect(ended.code, ended.stderr).toBe(0);
      digestOfPair(output);
      expect(lstatSync(output).isFile()).toBe(true);
      expect(lstatSync(`${output}.mismatch.txt`, { throwIfNoEntry: false })).toBeUndefined();
      expect(asideOf(place)).toBe(aside);
    },
  );

  test('a device is refused and stays', async (context) => {
    const place = newPlace();
    const output = join(place, 'null');
    if (spawnSync('mknod', [output, 'c', '1', '3']).status !== 0) context.skip('devices cannot be made here');
    const ended = await encode(plantWords(join(place, 'tree'), 'w', 3), output, { place });
    expect(ended.code, ended.stderr).toBe(1);
    expect(ended.stderr).toContain('device');
    expect(lstatSync(output).isCharacterDevice()).toBe(true);
    expect(namesIn(place, 'null')).toEqual(['null']);
  });
});

test.for(ALL)('encode refuses a %s at the sidecar; it and the old snapshot stay', async (obstacle) => {
  const { place, tree, folder, output, aside } = setTheScene(obstacle, 'x.fsm.encode_info.json');
  writeFileSync(output, 'old snapshot');
  const before = picture(folder);
  const ended = await encode(tree, output, { place });
  expect(ended.code, ended.stderr).toBe(1);
  expect(ended.stderr).toContain(sidecarOf(output));
  expect(picture(folder)).toEqual(before);
  expect(asideOf(place)).toBe(aside);
});

describe('encode, with something at the report', () => {
  test('a good run does not mind a folder that is not empty', async () => {
    const { place, tree, output } = setTheScene('folder', 'x.fsm.mismatch.txt');
    const ended = await encode(tree, output, { place });
    expect(ended.code, ended.stderr).toBe(0);
    digestOfPair(output);
    expect(existsSync(`${output}.mismatch.txt`)).toBe(true);
  });

  test.for(ALL)('a failed self-test replaces a %s, but for a folder; what it leads to stays', async (obstacle) => {
    const { place, tree, output, aside } = setTheScene(obstacle, 'x.fsm.mismatch.txt');
    writeFileSync(join(tree, DATABASE, 'strings/notes.txt'), 'no string');
    const ended = await encode(tree, output, { place }, '--self-test');
    expect(ended.code, ended.stderr).toBe(2);
    expect(existsSync(output)).toBe(false);
    expect(statSync(`${output}.mismatch.txt`).isFile()).toBe(obstacle !== 'folder');
    expect(asideOf(place)).toBe(aside);
  });
});

describe('encode, with an output that cannot be', () => {
  test.for(['missing/x.fsm', 'file/x.fsm', 'folder/', 'tree/x.fsm', 'link-to-tree/x.fsm', 'tree/redis/../y/../x.fsm'])(
    '%s: exit 1, nothing is written',
    async (output) => {
      const place = newPlace();
      const tree = plantWords(join(place, 'tree'), 'w', 3);
      mkdirSync(join(place, 'folder'));
      mkdirSync(join(tree, 'y'));
      writeFileSync(join(place, 'file'), '');
      symlinkSync('tree', join(place, 'link-to-tree'));
      const before = picture(place);
      const ended = await encode(tree, output, { place });
      expect(ended.code, ended.stderr).toBe(1);
      expect(ended.stderr).toContain(output);
      expect(picture(place)).toEqual(before);
    },
  );
});

describe('decode, with something at the output', () => {
  test.for([...ALL.map((obstacle) => [obstacle, '--force'] as const), ['folder', '--strict'] as const])(
    'a %s is refused with %s, and stays',
    async ([obstacle, flag]) => {
      const { place, folder, aside } = setTheScene(obstacle, 'dump');
      const before = picture(folder);
      const ended = await decode(ENCODED_FILE, join(folder, 'dump'), { place }, flag);
      expect(ended.code, ended.stderr).toBe(1);
      expect(ended.stderr).toContain(join(folder, 'dump'));
      expect(picture(folder)).toEqual(before);
      expect(asideOf(place)).toBe(aside);
    },
  );

  test('an empty folder is taken, and keeps its mode', async () => {
    const place = newPlace();
    mkdirSync(join(place, 'dump'));
    chmodSync(join(place, 'dump'), 0o2710);
    const ended = await decode(ENCODED_FILE, join(place, 'dump'), { place });
    expect(ended.code, ended.stderr).toBe(0);
    dumpDigest(join(place, 'dump'));
    expect(statSync(join(place, 'dump')).mode & 0o7777).toBe(0o2710);
  });

  test('the working folder, empty, is filled', async () => {
    const place = newPlace();
    mkdirSync(join(place, 'dump'));
    const ended = await decode(ENCODED_FILE, '.', { place, cwd: join(place, 'dump') });
    expect(ended.code, ended.stderr).toBe(0);
    dumpDigest(join(place, 'dump'));
  });

  test('--force removes links in the earlier dump, not what they lead to', async () => {
    const place = newPlace();
    const output = join(place, 'dump');
    mkdirSync(join(place, 'aside'));
    writeFileSync(join(place, 'aside/file'), 'outside');
    await succeeded(decode(ENCODED_FILE, output, { place }));
    symlinkSync('../aside', join(output, 'redis/link'));
    symlinkSync('../aside/file', join(output, 'link'));
    const ended = await decode(ENCODED_FILE, output, { place }, '--force');
    expect(ended.code, ended.stderr).toBe(0);
    dumpDigest(output);
    expect(readFileSync(join(place, 'aside/file'), 'utf8')).toBe('outside');
  });

  test.for(['link', 'folder', 'FIFO'])('--force refuses a folder whose MANIFEST.json is a %s', async (kind) => {
    const place = newPlace();
    const manifest = join(place, 'dump/MANIFEST.json');
    mkdirSync(join(place, 'dump'));
    if (kind === 'link') symlinkSync(ENCODED_FILE, manifest);
    else if (kind === 'folder') mkdirSync(manifest);
    else makeFifo(manifest);
    const before = picture(place);
    const ended = await decode(ENCODED_FILE, join(place, 'dump'), { place }, '--force');
    expect(ended.code, ended.stderr).toBe(1);
    expect(picture(place)).toEqual(before);
  });

  test('--force refuses to replace the dump in which the snapshot itself lies', async () => {
    const place = newPlace();
    const output = join(place, 'dump');
    await succeeded(decode(ENCODED_FILE, output, { place }));
    writeFileSync(join(output, 'in.fsm'), readFileSync(ENCODED_FILE));
    const before = picture(place);
    const ended = await decode(join(output, 'in.fsm'), output, { place }, '--force');
    expect(ended.code, ended.stderr).toBe(1);
    expect(ended.stderr).toContain('in.fsm');
    expect(picture(place)).toEqual(before);
  });

  test('parents that are missing are made, and gone again after a failure', async () => {
    const place = newPlace();
    writeFileSync(join(place, 'bad.fsm'), 'EKVPBBL1, and no more');
    const failed = await decode(join(place, 'bad.fsm'), join(place, 'a/b/dump'), { place });
    expect(failed.code, failed.stderr).toBe(1);
    expect(existsSync(join(place, 'a'))).toBe(false);
    const ended = await decode(ENCODED_FILE, join(place, 'a/b/dump'), { place });
    expect(ended.code, ended.stderr).toBe(0);
    dumpDigest(join(place, 'a/b/dump'));
  });
});

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
      expect(ended.stderr).toContain('permission denied');
    }
    expect(picture(place)).toEqual(before);
  });

  test.for(['strings/key-1.bin', 'hashes/h.json', 'strings', 'strings_ttl.jsonl', '.'])(
    'a tree in which he may not read %s: exit 2, the path and a reason',
    async (path, context) => {
      const { tree, mine, user } = setTheRights(context);
      chmodSync(join(tree, DATABASE, path), 0);
      const ended = await encode(tree, join(mine, 'x.fsm'), user);
      expect(ended.code, ended.stderr).toBe(2);
      expect(ended.stderr).toContain(join(tree, DATABASE, path));
      expect(ended.stderr).toContain('permission denied');
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
      expect(ended.stderr).toContain('permission denied');
    }
    expect(namesIn(mine)).toEqual([]);
  });
});
