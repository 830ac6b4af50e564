import { copyFileSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, test } from 'vitest';
import { decodeGroups } from '../decode/decode-groups.ts';
import { KNOWN_FAMILIES } from '../decode/row-classes.ts';
import { NO_EXCLUSIONS } from '../dump.test-data.ts';
import { IS_LONG, RUNS_LIMIT_MS } from '../random-data/runs.test-data.ts';
import { ADAPTER_NAMES } from '../run/adapter-list.ts';
import { type Rows, rowsOf, StatePlace } from './whole-state.test-data.ts';

const FIXTURES = join(import.meta.dirname, '../../../../fixtures');

/**
 * What nodes wrote, all that the fixtures have, and what encode once made of it. Left out: what no decode takes, the same rows in another
 * order or wrapper, files of one group that hold parts of what other groups have, and one whose sequence counters were taken out.
 */
const ALL_SNAPSHOTS = readdirSync(FIXTURES, { recursive: true, encoding: 'utf8', withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith('.fsm'))
  .map((entry) => relative(FIXTURES, join(entry.parentPath, entry.name)))
  .filter((path) => /^golden\/(?:live|groups)\/|real-server|^vectors\//.test(path))
  .filter(
    (path) =>
      !/\/damaged\/|\/shapes\/(?!runtime|shuffled|wrapper-2-)|\/snapshot-folder\/|side-records\/|-runtime/.test(path),
  )
  .filter((path) => !/(?:three-groups|group-missing|strays-[a-z-]+)\/(?:node|want)\//.test(path))
  .sort();

/** In ordinary runs one of each state: not what encode once made of it, but for a few. */
const SNAPSHOTS = IS_LONG
  ? ALL_SNAPSHOTS
  : ALL_SNAPSHOTS.filter((path) => /golden\/live\/|\/(?!out|plain|others|group-\d)[^/]*$/.test(path)).filter(
      (path) => !path.endsWith('/in.fsm') || !ALL_SNAPSHOTS.includes(path.replace(/in\.fsm$/, 'raw.fsm')),
    );

/** Nodes with several groups, whose files are one state together. */
const NODES: Record<string, readonly string[]> = {
  'live/two-groups': ['1/fsm-snap/0000000000000097.fsm', '2/fsm-snap/000000000000006a.fsm'],
  'groups/three-groups': [
    '1/fsm-snap/0000000000000051.fsm',
    '2/fsm-snap/000000000000004c.fsm',
    '3/fsm-snap/0000000000000038.fsm',
  ],
};

/** Rows that the whole state holds as they are: those beside the data, and all of queues but for what a server has not removed yet. */
function carried(rows: Rows): Rows {
  return Object.fromEntries(
    Object.entries(rows)
      .filter(([key]) => isCarried(key, rows))
      .map(([key, value]) => [key, key.startsWith('!s3|bucket|meta|') ? withOwner(value) : value]),
  );
}

/** A server leaves an empty owner out, encode does not. */
function withOwner(bucket: string): string {
  return bucket.includes('"owner":') ? bucket : bucket.replace(',"region"', ',"owner":"","region"');
}

/** Rows of data that a server writes as encode does. */
const ALIKE = /^!(?:redis\|str|hs\|fld|st\|mem|zs\|mem|zs\|scr|stream\|entry)\|/;

function alike(rows: Rows): Rows {
  return Object.fromEntries(Object.entries(rows).filter(([key]) => ALIKE.test(key)));
}

function isCarried(key: string, rows: Rows): boolean {
  if (key.startsWith('!sqs|')) return isOfNow(key, rows);
  if (/^!ddb\|meta\|gen\||^!s3\|bucket\|(?:gen|meta)\|/.test(key)) return true;
  const upload = /^!s3\|(gc\|upload|upload\|meta|upload\|part)\|/.exec(key);
  if (upload !== null)
    return Object.keys(rows).some(
      (other) => other.startsWith('!s3|upload|meta|') && key.slice(upload[0].length).startsWith(other.slice(16)),
    );
  return !KNOWN_FAMILIES.some((family) => key.startsWith(family));
}

/** Whether a row of SQS is of a queue as it is now. */
function isOfNow(key: string, rows: Rows): boolean {
  if (key.startsWith('!sqs|queue|')) return !key.startsWith('!sqs|queue|tombstone|');
  const [family] = /^!sqs\|msg\|[a-z]+\|/.exec(key)!;
  const rest = key.slice(family.length);
  const isPartitioned = rest.startsWith('p|');
  const part = /^[A-Za-z0-9_-]+/.exec(isPartitioned ? rest.slice(2) : rest)![0];
  const at = isPartitioned ? 2 + part.length + 1 + 4 : part.length;
  const generation = Buffer.from(rest.slice(at, at + 8), 'latin1').readBigUInt64BE();
  return `!sqs|queue|meta|${part}` in rows && rows[`!sqs|queue|gen|${part}`] === String(generation);
}

test('the snapshots of nodes are found', () => {
  expect(SNAPSHOTS.length).toBeGreaterThan(35);
});

test.each(SNAPSHOTS)(
  '%s: what stands beside the data, and data that is stored as ever, is as the node had it; the snapshot of its dump gives that dump',
  (path) => {
    const place = new StatePlace();
    copyFileSync(join(FIXTURES, path), place.input);
    const exclusions = { ...NO_EXCLUSIONS, rename_s3_collisions: true };
    place.decoded({ exclusions });
    expect(
      place.warnings
        .map(({ event }) => event)
        .filter((event) => /whole_state|not_carried|in_flight|s3_open|s3_creation/.test(event)),
    ).toEqual([]);
    const { rows, result } = place.encoded();
    expect(result).toMatchObject({ outcome: 'published', selfTest: 'passed' });
    const stored = rowsOf(place.input);
    expect(carried(rows!)).toEqual(carried(stored));
    expect(rows).toMatchObject(alike(stored));
    const made = join(place.folder, 'place/out.fsm');
    const bytes = readFileSync(made);
    place.decoded({ exclusions, input: made, output: join(place.folder, 'again') });
    expect(place.encoded({ input: join(place.folder, 'again') }).result).toMatchObject({ outcome: 'published' });
    expect(readFileSync(made).equals(bytes)).toBe(true);
  },
  RUNS_LIMIT_MS,
);

test.each(Object.entries(NODES))(
  '%s: of all groups of a node together the rows come back as those of one snapshot do',
  (name, groups) => {
    const place = new StatePlace();
    const files = groups.map((path) => join(FIXTURES, 'golden', name, `node/group-${path}`));
    const request = { output: place.tree, adapters: ADAPTER_NAMES, exclusions: NO_EXCLUSIONS, toolVersion: 'ekv/test' };
    decodeGroups({ ...request, inputs: files.map((path) => ({ path })), wholeState: true });
    const { rows, result } = place.encoded();
    expect(result).toMatchObject({ outcome: 'published', selfTest: 'passed' });
    const stored: Rows = Object.assign({}, ...files.map(rowsOf));
    expect(carried(rows!)).toEqual(carried(stored));
    expect(rows).toMatchObject(alike(stored));
  },
  RUNS_LIMIT_MS,
);
