import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { EnvironmentError } from '@ekv/snapshot';
import { replaceCall, restoreCalls, systemError } from '@ekv/test-support/file-calls';
import { picture, plant, temporaryFolder } from '@ekv/test-support/temporary-folder';
import { beforeEach, describe, expect, test } from 'vitest';
import { decodeCleanUp } from '../decode/decode-clean-up.ts';
import { OLDER, placesOf, plantOlder } from '../publish/publish-request.test-data.ts';
import { removeEncodeTemporaries } from '../publish/remove-encode-temporaries.ts';
import { removeRepairTemporaries } from '../repair/remove-repair-temporaries.ts';

const RUN = '0123456789abcdef';
const OTHER_RUN = 'fedcba9876543210';

let folder: string;
let scratchRoot: string;
beforeEach(() => {
  folder = temporaryFolder();
  scratchRoot = join(folder, 'scratch');
  plant(scratchRoot, { [`ekv-scratch-${RUN}/run-0`]: '', [`ekv-scratch-${OTHER_RUN}/run-0`]: '' });
});

describe('a stopped encode', () => {
  let output: string;
  const lockOf = (run: string) => `${hostname()} 1 - ${run}\n`;
  const cleanUp = () => removeEncodeTemporaries({ output, runId: RUN, scratchRoot });
  beforeEach(() => {
    output = join(folder, 'place/out.fsm');
    plantOlder(folder);
  });

  test('loses its temporary files, its scratch folder and its lock; the published files stay', () => {
    const stems = ['out.fsm', 'out.fsm.encode_info.json', 'out.fsm.mismatch.txt', 'out.fsm.old', 'out.fsm.lock'];
    for (const stem of stems) writeFileSync(join(folder, 'place', `${stem}.tmp-${RUN}`), '');
    writeFileSync(`${output}.lock`, lockOf(RUN));
    cleanUp();
    expect(placesOf(output)).toEqual({
      output: 'as before',
      sidecar: 'as before',
      report: 'as before',
      temporaries: [],
    });
    expect(readdirSync(scratchRoot)).toEqual([`ekv-scratch-${OTHER_RUN}`]);
  });

  test('takes nothing of another run away', () => {
    writeFileSync(`${output}.lock`, lockOf(OTHER_RUN));
    writeFileSync(`${output}.tmp-${OTHER_RUN}`, '');
    cleanUp();
    expect(placesOf(output).temporaries).toEqual(['out.fsm.lock', `out.fsm.tmp-${OTHER_RUN}`]);
  });

  test('that held the lock between its two renames gets its sidecar, so the pair is whole', () => {
    plant(folder, { 'place/out.fsm': 'new', [`place/out.fsm.encode_info.json.tmp-${RUN}`]: 'new sidecar' });
    writeFileSync(`${output}.lock`, lockOf(RUN));
    cleanUp();
    expect(placesOf(output)).toMatchObject({ output: 'new', sidecar: 'new', temporaries: [] });
  });

  test('that held the lock before its first rename leaves the older pair', () => {
    plant(folder, {
      [`place/out.fsm.tmp-${RUN}`]: 'new',
      [`place/out.fsm.encode_info.json.tmp-${RUN}`]: 'new sidecar',
    });
    writeFileSync(`${output}.lock`, lockOf(RUN));
    cleanUp();
    expect(placesOf(output)).toMatchObject({ output: 'as before', sidecar: 'as before', temporaries: [] });
  });

  test('that left nothing is no error', () => {
    cleanUp();
    cleanUp();
    expect(readFileSync(output, 'latin1')).toBe(OLDER.output);
  });
});

describe('a stopped decode', () => {
  const prepare = (output: string) => decodeCleanUp({ output, runId: RUN, scratchRoot });

  test('loses its hidden folder, its scratch folder, and the folders above the output that it made', () => {
    const cleanUp = prepare(join(folder, 'a/b/out'));
    plant(folder, { [`a/b/.out.tmp-${RUN}/redis/x`]: '' });
    cleanUp();
    expect(readdirSync(folder)).toEqual(['scratch']);
    expect(readdirSync(scratchRoot)).toEqual([`ekv-scratch-${OTHER_RUN}`]);
  });

  test('leaves folders that were there before, also empty ones', () => {
    mkdirSync(join(folder, 'a/b'), { recursive: true });
    const cleanUp = prepare(join(folder, 'a/b/out'));
    plant(folder, { [`a/b/.out.tmp-${RUN}/redis/x`]: '' });
    cleanUp();
    expect(picture(join(folder, 'a'))).toEqual({ b: 'folder' });
  });

  test('leaves an empty output that was there before', () => {
    mkdirSync(join(folder, 'out'));
    prepare(join(folder, 'out'))();
    expect(readdirSync(folder)).toEqual(['out', 'scratch']);
  });

  test('of several snapshots keeps the trees that are finished, and loses the one it was at', () => {
    const output = join(folder, 'dumps');
    const cleanUp = prepare(output);
    plant(output, {
      '0000000000000001/MANIFEST.json': '{}',
      [`.0000000000000002.tmp-${RUN}/redis/x`]: '',
      [`.0000000000000003.tmp-${OTHER_RUN}/redis/x`]: '',
    });
    cleanUp();
    expect(readdirSync(output).sort()).toEqual([`.0000000000000003.tmp-${OTHER_RUN}`, '0000000000000001']);
  });

  test('of several snapshots leaves no folder when none of them is finished', () => {
    const output = join(folder, 'new/dumps');
    const cleanUp = prepare(output);
    plant(output, { [`.0000000000000001.tmp-${RUN}/redis/x`]: '' });
    cleanUp();
    expect(readdirSync(folder)).toEqual(['scratch']);
  });

  test('that was to replace an earlier dump puts it back', () => {
    plant(folder, { [`.out.old-${RUN}/MANIFEST.json`]: 'earlier', [`.out.tmp-${RUN}/redis/x`]: '' });
    prepare(join(folder, 'out'))();
    expect(picture(join(folder, 'out'))).toEqual({ 'MANIFEST.json': 'earlier' });
    expect(readdirSync(folder)).toEqual(['out', 'scratch']);
  });
});

describe('a clean-up of which one step fails', () => {
  /** What is below such a path cannot be removed. */
  const refuse = (name: string) =>
    replaceCall('rmSync', (original, path: never, ...more) => {
      if (String(path).includes(name)) throw systemError('EACCES');
      return original(path, ...more);
    });
  const scratchIsGone = () => expect(readdirSync(scratchRoot)).toEqual([`ekv-scratch-${OTHER_RUN}`]);

  test('takes the others, and says in words what is left: encode', () => {
    plantOlder(folder);
    plant(folder, { [`place/out.fsm.tmp-${RUN}`]: '' });
    const output = join(folder, 'place/out.fsm');
    refuse('out.fsm.tmp-');
    const cleanUp = () => removeEncodeTemporaries({ output, runId: RUN, scratchRoot });
    expect(cleanUp).toThrow(`cannot remove what was written for ${output}: permission denied (EACCES)`);
    scratchIsGone();
  });

  test('keeps the waiting sidecar of a snapshot that is published, when it cannot be put in its place', () => {
    plant(folder, { 'place/out.fsm': 'new', [`place/out.fsm.encode_info.json.tmp-${RUN}`]: 'new sidecar' });
    const output = join(folder, 'place/out.fsm');
    writeFileSync(`${output}.lock`, `${hostname()} 1 - ${RUN}\n`);
    replaceCall('renameSync', () => {
      throw systemError('EIO');
    });
    const cleanUp = () => removeEncodeTemporaries({ output, runId: RUN, scratchRoot });
    expect(cleanUp).toThrow(EnvironmentError);
    restoreCalls();
    scratchIsGone();
    cleanUp();
    expect(readFileSync(`${output}.encode_info.json`, 'utf8')).toBe('new sidecar');
  });

  test('takes the others, and says in words what is left: decode, of several snapshots', () => {
    const output = join(folder, 'dumps');
    const cleanUp = decodeCleanUp({ output, runId: RUN, scratchRoot });
    plant(output, { [`.1.tmp-${RUN}/redis/x`]: '', [`.2.tmp-${RUN}/redis/x`]: '' });
    refuse('.1.tmp-');
    expect(cleanUp).toThrow(`cannot remove what was written for ${output}/1: permission denied (EACCES)`);
    expect(readdirSync(output)).toEqual([`.1.tmp-${RUN}`]);
    scratchIsGone();
  });

  test('takes the others, and says in words what is left: a repair', () => {
    plant(folder, { [`tree/MANIFEST.json.tmp-${RUN}`]: '', [`tree/CHECKSUMS.tmp-${RUN}`]: '' });
    refuse('MANIFEST.json.tmp-');
    const input = join(folder, 'tree');
    expect(() => removeRepairTemporaries({ input, runId: RUN, scratchRoot })).toThrow(
      `cannot remove what was written for ${input}: permission denied (EACCES)`,
    );
    expect(readdirSync(input)).toEqual([`MANIFEST.json.tmp-${RUN}`]);
    scratchIsGone();
  });

  test('names the folder of temporary data when that is what is left', () => {
    refuse('ekv-scratch-');
    const output = join(folder, 'place/out.fsm');
    expect(() => removeEncodeTemporaries({ output, runId: RUN, scratchRoot })).toThrow(
      `cannot remove ${scratchRoot}/ekv-scratch-${RUN}: permission denied (EACCES)`,
    );
  });
});
