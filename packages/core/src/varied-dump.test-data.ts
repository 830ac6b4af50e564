import { rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  hashRecords,
  listRecords,
  setRecords,
  sortedSetRecords,
  streamRecords,
  stringRecord,
} from '@ekv/redis-encoder';
import { ScratchFolder, type SnapshotRow, SnapshotWriter } from '@ekv/snapshot';
import { FileSink, writeAndClose } from '@ekv/snapshot/publish';
import { decodeSnapshot } from './decode/decode-snapshot.ts';
import { LAST_COMMIT_TS, NO_EXCLUSIONS, REDIS } from './dump.test-data.ts';

const bytes = (text: string) => Buffer.from(text);

function* records(): Generator<SnapshotRow> {
  yield stringRecord(bytes('plain'), bytes('value'));
  yield stringRecord(bytes('expiring'), bytes('value'), 1_800_000_000_000n);
  // Its name is too long for a file, so it goes to the key map.
  yield stringRecord(bytes('long'.repeat(100)), bytes('value'));
  yield* hashRecords(bytes('h'.repeat(300)), [{ name: bytes('f'), value: bytes('v') }]);
  yield* listRecords(bytes('list'), [bytes('x'), bytes('y')]);
  yield* setRecords(bytes('set'), [bytes('m')], 1_800_000_000_000n);
  yield* sortedSetRecords(bytes('scores'), [
    { member: bytes('one'), score: 1 },
    { member: bytes('two'), score: 2.5 },
  ]);
  yield* streamRecords(bytes('stream'), [{ ms: 1n, seq: 0n, fields: [bytes('k'), bytes('v')] }]);
}

/** Decodes a snapshot with data of every kind to `<folder>/tree`. @returns that path. */
export function variedDump(folder: string): string {
  const scratch = new ScratchFolder(folder, 'varied-dump');
  const writer = new SnapshotWriter({ lastCommitTs: LAST_COMMIT_TS, scratch });
  for (const { key, value } of records()) writer.add(key, value);
  const input = join(folder, 'varied.fsm');
  const file = new FileSink(input);
  writeAndClose(file, () => writer.writeTo(file));
  scratch.remove();
  const output = join(folder, 'tree');
  decodeSnapshot({ input, output, adapters: REDIS, exclusions: NO_EXCLUSIONS, toolVersion: 'ekv/test' });
  rmSync(input);
  return output;
}
