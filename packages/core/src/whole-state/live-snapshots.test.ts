import { copyFileSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, test } from 'vitest';
import { KNOWN_FAMILIES } from '../decode/row-classes.ts';
import { NO_EXCLUSIONS } from '../dump.test-data.ts';
import { type Rows, rowsOf, StatePlace } from './whole-state.test-data.ts';

const LIVE = join(import.meta.dirname, '../../../../fixtures/golden/live');

/** What nodes wrote, and what encode once made of it: one of each kind, ordered and not. */
const SNAPSHOTS = readdirSync(LIVE, { recursive: true, encoding: 'utf8', withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith('.fsm'))
  .map((entry) => relative(LIVE, join(entry.parentPath, entry.name)))
  .filter((path) => /^(?!damaged|snapshot-folder|shapes\/(?!runtime|shuffled|wrapper-2-))/.test(path))
  .sort();

/** Rows that the whole state holds as they are: those beside the data, and all of queues but for what a server has not removed yet. */
function carried(rows: Rows): Rows {
  return Object.fromEntries(Object.entries(rows).filter(([key]) => isCarried(key, rows)));
}

function isCarried(key: string, rows: Rows): boolean {
  if (key.startsWith('!sqs|')) return isOfNow(key, rows);
  if (/^!ddb\|meta\|gen\||^!s3\|bucket\|gen\|/.test(key)) return true;
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
  expect(SNAPSHOTS.length).toBeGreaterThan(15);
});

test.each(SNAPSHOTS)(
  '%s: what stands beside the data is as the node had it, and the snapshot of its dump gives that dump',
  (path) => {
    const place = new StatePlace();
    copyFileSync(join(LIVE, path), place.input);
    const exclusions = { ...NO_EXCLUSIONS, rename_s3_collisions: true };
    place.decoded({ exclusions });
    expect(
      place.warnings
        .map(({ event }) => event)
        .filter((event) => /whole_state|not_carried|in_flight|s3_open|s3_creation/.test(event)),
    ).toEqual([]);
    const { rows, result } = place.encoded();
    expect(result).toMatchObject({ outcome: 'published', selfTest: 'passed' });
    expect(carried(rows!)).toEqual(carried(rowsOf(place.input)));
    const made = join(place.folder, 'place/out.fsm');
    const bytes = readFileSync(made);
    place.decoded({ exclusions, input: made, output: join(place.folder, 'again') });
    expect(place.encoded({ input: join(place.folder, 'again') }).result).toMatchObject({ outcome: 'published' });
    expect(readFileSync(made).equals(bytes)).toBe(true);
  },
);
