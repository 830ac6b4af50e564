import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ScratchFolder } from '@ekv/snapshot';
import { temporaryFolder } from '@ekv/test-support/temporary-folder';
import { beforeEach, describe, expect, test } from 'vitest';
import { ARCHIVE_END, memberHead } from '../tar/tar-members.ts';
import { ArchiveFileTarget } from './archive-target.ts';
import { StagedArchive } from './staged-archive.ts';

const RUN = '0123456789abcdef';
let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
  mkdirSync(join(folder, 'scratch'));
});

/** An archive of a dump. */
function write(name: string): string {
  const path = join(folder, name);
  const scratch = new ScratchFolder(join(folder, 'scratch'), 'own');
  const target = ArchiveFileTarget.create(path, { force: false, runId: RUN });
  const archive = new StagedArchive(target, { kind: 'tar', scratch, mtime: 0 });
  archive.file('redis/a', Buffer.from('one'));
  archive.publish(Buffer.from('{}'));
  archive.abandon();
  return path;
}

/** An archive of empty files. */
function archiveOf(...paths: readonly string[]): string {
  const path = join(folder, 'hostile.tar');
  const heads = paths.map((name) => memberHead({ path: name, kind: 'file', size: 0, mtime: 0 }));
  writeFileSync(path, Buffer.concat([...heads, ARCHIVE_END]));
  return path;
}

describe('the place of an archive', () => {
  test('what stands there stays, but an archive of a dump with force', () => {
    const path = write('a.tar');
    const make = (force: boolean, at = path) => ArchiveFileTarget.create(at, { force, runId: RUN }).abandon();
    expect(() => make(false)).toThrow(
      /a\.tar exists; choose another name, or replace an earlier archive .* option force$/,
    );
    make(true);
    const other = archiveOf('redis/a', 'notes.txt', 'MANIFEST.json');
    expect(() => make(true, other)).toThrow(
      /is no archive of a dump: the member "notes\.txt" belongs to none; the option force/,
    );
    writeFileSync(join(folder, 'text'), 'text');
    expect(() => make(true, join(folder, 'text'))).toThrow(
      /is no archive of a dump: .*; the option force replaces nothing else$/,
    );
    expect(() => make(true, folder)).toThrow(
      /is a folder; name an archive that does not exist, or .* --format folder$/,
    );
    symlinkSync('a.tar', join(folder, 'link'));
    expect(() => make(true, join(folder, 'link'))).toThrow(/link is a symlink; name a file$/);
    expect(readdirSync(folder).sort()).toEqual(['a.tar', 'hostile.tar', 'link', 'scratch', 'text']);
  });

  test('what has come to stand there since is not replaced', () => {
    const path = join(folder, 'new.tar');
    const target = ArchiveFileTarget.create(path, { force: false, runId: RUN });
    writeFileSync(path, 'of somebody');
    expect(() => target.publish()).toThrow(/new\.tar exists; choose another name/);
    target.abandon();
    expect(readFileSync(path, 'utf8')).toBe('of somebody');
    expect(readdirSync(folder).sort()).toEqual(['new.tar', 'scratch']);
  });

  test('folders above that are missing are made, and go with an archive that is abandoned', () => {
    const target = ArchiveFileTarget.create(join(folder, 'x/y/new.tar'), { force: false, runId: RUN });
    expect(readdirSync(join(folder, 'x/y')).sort()).toEqual([`.new.tar.run-${RUN}`, `.new.tar.tmp-${RUN}`]);
    target.abandon();
    expect(existsSync(join(folder, 'x'))).toBe(false);
  });
});
