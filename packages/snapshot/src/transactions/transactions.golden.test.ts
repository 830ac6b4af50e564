import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { ScratchFolder } from '../sort/scratch.ts';
import { versionBefore } from './encoded-key.ts';
import { resolveTransactions } from './resolve-transactions.ts';
import { type GivenGroup, GivenInputs, goldenGroup } from './transactions.test-data.ts';

const scratch = new ScratchFolder();
afterAll(() => scratch.remove());

const CASES = join(import.meta.dirname, '../../../../fixtures/golden/groups');

describe.each([
  { name: 'transaction-committed', counts: { committed: 1, undecided: 1, torn: 0, lostByNode: 10 } },
  { name: 'transaction-proven-by-other-group', counts: { committed: 1, undecided: 1, torn: 1, lostByNode: 8 } },
  { name: 'transaction-undecided', counts: { committed: 0, undecided: 2, torn: 0, lostByNode: 4 } },
])('$name', ({ name, counts }) => {
  const groups = [1, 2].map((group) => goldenGroup(`groups/${name}/g${group}.fsm`));

  test('strings of a real node are those that its clients read', () => {
    const folder = join(CASES, name, 'want/redis/db_0/strings');
    const want = Object.fromEntries(
      readdirSync(folder).map((file) => [
        decodeURIComponent(file.replace('.bin', '')),
        readFileSync(join(folder, file), 'latin1'),
      ]),
    );
    expect(stringsOf(groups)).toEqual(want);
  });

  test('transactions of each sort', () => {
    const resolved = resolveTransactions(new GivenInputs(groups), { scratch });
    resolved.close();
    expect(resolved.counts).toEqual({ rolledBack: 0, maybeTorn: 0, ...counts });
  });
});

test('of the 33 commit records of a node with two groups 11 have no data', () => {
  const files = ['1/fsm-snap/0000000000000097.fsm', '2/fsm-snap/000000000000006a.fsm'];
  const groups = files.map((file) => goldenGroup(`live/two-groups/node/group-${file}`));
  const resolved = resolveTransactions(new GivenInputs(groups), { scratch });
  resolved.close();
  expect(resolved.counts).toEqual({ committed: 0, rolledBack: 0, undecided: 0, torn: 0, maybeTorn: 0, lostByNode: 11 });
});

const PREFIX = '!redis|str|';
/** Of a string that does not expire. */
const STRING_HEADER = 3;

/** Newest strings of all groups together, with what transactions add. */
function stringsOf(groups: readonly GivenGroup[]): Record<string, string> {
  const newest = new Map<string, { at: bigint; text: string | undefined }>();
  const take = (encoded: Buffer, body: Buffer | undefined): void => {
    const key = encoded.toString('latin1', 0, encoded.length - 8);
    if (!key.startsWith(PREFIX)) return;
    const at = versionBefore(encoded, encoded.length);
    if ((newest.get(key)?.at ?? 0n) < at) newest.set(key, { at, text: body?.toString('latin1', STRING_HEADER) });
  };
  for (const { encoded, body } of groups.flatMap(({ versions }) => versions)) take(encoded, body);
  const resolved = resolveTransactions(new GivenInputs(groups), { scratch });
  const rows = resolved.added();
  while (rows.next()) {
    const { bytes, keyStart, keyEnd, payloadStart, payloadEnd } = rows;
    const isDeletion = bytes[payloadStart] === 1;
    take(bytes.subarray(keyStart, keyEnd), isDeletion ? undefined : bytes.subarray(payloadStart + 9, payloadEnd));
  }
  resolved.close();
  const live = [...newest].filter(([, { text }]) => text !== undefined);
  return Object.fromEntries(live.map(([key, { text }]) => [key.slice(PREFIX.length), text!]));
}
