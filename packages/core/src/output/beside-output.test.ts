import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Warning } from '@ekv/snapshot';
import { ownerLine } from '@ekv/snapshot/publish';
import { writeSnapshot } from '@ekv/test-support/node-file';
import { picture, plant, temporaryFolder } from '@ekv/test-support/temporary-folder';
import { beforeEach, describe, expect, test } from 'vitest';
import type { DecodeRequest } from '../decode/decode-request.ts';
import { decodeSnapshot } from '../decode/decode-snapshot.ts';
import { NO_EXCLUSIONS, plantDump, REDIS } from '../dump.test-data.ts';
import { attempt, placesOf, publishRequest } from '../publish/publish-request.test-data.ts';
import { stringEntry } from '../redis-entry.test-support.ts';

const RUNS = { gone: '0123456789abcdef', live: 'aaaaaaaaaaaaaaaa', elsewhere: 'bbbbbbbbbbbbbbbb' };
const line = (runId: string, pid: number, host = hostname()) => ownerLine(runId).replace(/^\S+ \d+/, `${host} ${pid}`);
const deadPid = spawnSync(process.execPath, ['--version']).pid;

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
  mkdirSync(join(folder, 'scratch'));
  mkdirSync(join(folder, 'place'));
});

function decode(more: Partial<DecodeRequest> = {}): Warning[] {
  const input = writeSnapshot(join(folder, 'in.fsm'), [stringEntry('a', 'one')], { footer: true });
  const output = join(folder, 'place/dump');
  const warnings: Warning[] = [];
  decodeSnapshot(
    { input, output, adapters: REDIS, exclusions: NO_EXCLUSIONS, toolVersion: 'ekv/test', ...more },
    { warn: (warning) => warnings.push(warning) },
  );
  return warnings;
}

describe.each([
  [
    'decode',
    (runId: string, owner: string) =>
      plant(folder, { [`place/.dump.tmp-${runId}/redis/a`]: 'AAA', [`place/.dump.run-${runId}`]: owner }),
    decode,
  ],
  [
    'encode',
    (runId: string, owner: string) =>
      plant(folder, { [`place/out.fsm.tmp-${runId}`]: 'AAA', [`place/out.fsm.run.tmp-${runId}`]: owner }),
    (more: object = {}) => {
      plantDump(join(folder, 'tree'));
      return attempt(publishRequest(folder, more)).warnings;
    },
  ],
])('another run of %s', (_, plantRun, run) => {
  const left = () => readdirSync(join(folder, 'place')).filter((name) => /-[0-9a-f]{16}$/.test(name));

  test('that lives is told with its process, and not called killed', () => {
    plantRun(RUNS.live, line(RUNS.live, process.pid));
    const before = left();
    const warnings = run({ removeLeftovers: true });
    expect(warnings).toMatchObject([{ event: 'other_run', fields: { pid: process.pid } }]);
    expect(warnings[0]?.message).toMatch(
      new RegExp(`^another run \\(pid ${process.pid}, since \\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ\\) is working`),
    );
    expect(left()).toEqual(before);
  });

  test('that was killed is told with size, age and what removes it, and stays', () => {
    plantRun(RUNS.gone, line(RUNS.gone, deadPid));
    const before = left();
    const warnings = run();
    expect(warnings).toMatchObject([{ event: 'leftovers', fields: { count: 2 } }]);
    for (const name of before) expect(warnings[0]?.message).toContain(name);
    expect(warnings[0]?.message).toMatch(
      /\(pid \d+ on \S+, since \S+\) that was killed left .* \d+ bytes, last changed \d{4}-/,
    );
    expect(warnings[0]?.message).toMatch(/; remove them with --remove-leftovers$/);
    expect(left()).toEqual(before);
  });

  test('is removed when asked for and proven to be gone, and only then', () => {
    plantRun(RUNS.gone, line(RUNS.gone, deadPid));
    plantRun(RUNS.live, line(RUNS.live, process.pid));
    plantRun(RUNS.elsewhere, line(RUNS.elsewhere, deadPid, 'elsewhere'));
    plantRun('cccccccccccccccc', 'no owner line');
    const warnings = run({ removeLeftovers: true });
    expect(warnings.map(({ event }) => event)).toEqual(['leftovers_removed', 'other_run', 'leftovers']);
    expect(warnings[0]?.message).toContain(RUNS.gone);
    expect(warnings[2]?.message).toContain('2 earlier runs that were killed');
    expect(left().some((name) => name.includes(RUNS.gone))).toBe(false);
    expect(left()).toHaveLength(6);
  });

  test('many of them are a few names and a count', () => {
    for (let i = 10; i < 30; i++) plantRun(`0123456789abcd${i}`, line(`0123456789abcd${i}`, deadPid));
    const [warning] = run();
    expect(warning).toMatchObject({ event: 'leftovers', fields: { count: 40 } });
    expect(warning?.message).toMatch(/^20 earlier runs that were killed left .* and 32 more, /);
    expect(warning?.message.match(/-0123456789abcd\d\d/g)).toHaveLength(8);
  });
});

test('an earlier dump that a killed run had moved away is back when its leftovers are removed', () => {
  plant(folder, {
    [`place/.dump.old-${RUNS.gone}/MANIFEST.json`]: 'earlier',
    [`place/.dump.tmp-${RUNS.gone}/redis/a`]: 'AAA',
    [`place/.dump.run-${RUNS.gone}`]: line(RUNS.gone, deadPid),
  });
  expect(() => decode({ removeLeftovers: true })).toThrow(/exists and is not empty/);
  expect(picture(join(folder, 'place'))).toEqual({ dump: 'folder', 'dump/MANIFEST.json': 'earlier' });
});

test('an earlier dump that is back is told, not called removed alone', () => {
  plant(folder, {
    [`place/.dump.old-${RUNS.gone}/MANIFEST.json`]: '{"format_version": 1}',
    [`place/.dump.run-${RUNS.gone}`]: line(RUNS.gone, deadPid),
  });
  const warnings = decode({ removeLeftovers: true, force: true });
  expect(warnings.map(({ event }) => event)).toEqual(['earlier_dump_back', 'leftovers_removed']);
  expect(warnings[0]?.message).toMatch(/place\/dump is there again: it is the earlier dump/);
});

test('an earlier dump whose place another one has taken is kept by --remove-leftovers, and named; an empty folder goes', () => {
  plant(folder, {
    [`place/.dump.old-${RUNS.gone}/MANIFEST.json`]: 'earlier',
    [`place/.dump.tmp-${RUNS.gone}/redis/a`]: 'AAA',
    [`place/.dump.run-${RUNS.gone}`]: line(RUNS.gone, deadPid),
    'place/dump/MANIFEST.json': '{"format_version": 1}',
  });
  mkdirSync(join(folder, 'place/.dump.old-dddddddddddddddd'));
  const warnings = decode({ removeLeftovers: true, force: true });
  expect(warnings.map(({ event }) => event)).toEqual(['leftovers_removed', 'leftovers', 'leftovers_removed']);
  expect(warnings[0]?.message).not.toContain('.old-');
  expect(warnings[1]?.message).toContain(`--remove-leftovers leaves ${join(folder, `place/.dump.old-${RUNS.gone}`)}, `);
  expect(warnings[2]?.message).toContain('.dump.old-dddddddddddddddd');
  expect(readdirSync(join(folder, 'place'))).toEqual([`.dump.old-${RUNS.gone}`, 'dump']);
});

test('a killed encode that was between its two renames has its pair completed when its leftovers are removed', () => {
  plantDump(join(folder, 'tree'));
  plant(folder, {
    'place/out.fsm': 'new',
    [`place/out.fsm.encode_info.json.tmp-${RUNS.gone}`]: 'new sidecar',
    [`place/out.fsm.run.tmp-${RUNS.gone}`]: line(RUNS.gone, deadPid),
    'place/out.fsm.lock': line(RUNS.gone, deadPid),
    'tree/redis/db_0/sets/a.json': '{',
  });
  attempt(publishRequest(folder, { removeLeftovers: true }));
  expect(placesOf(join(folder, 'place/out.fsm'))).toMatchObject({ temporaries: [] });
  expect(readFileSync(join(folder, 'place/out.fsm.encode_info.json'), 'utf8')).toBe('new sidecar');
});

test.each([
  [0o777, true],
  [0o1777, false],
  [0o770, false],
])('a folder of mode %o around the output is warned of: %s, by both programs', (mode, isWarned) => {
  chmodSync(join(folder, 'place'), mode);
  plantDump(join(folder, 'tree'));
  const wanted = isWarned ? ['output_folder_open'] : [];
  expect(attempt(publishRequest(folder)).warnings.map(({ event }) => event)).toEqual(wanted);
  expect(decode().map(({ event }) => event)).toEqual(wanted);
  expect(existsSync(join(folder, 'place/dump/MANIFEST.json'))).toBe(true);
});
