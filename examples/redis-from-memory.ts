/**
 * Builds a snapshot file from Redis keys in memory, with `@ekv/redis-encoder` and `@ekv/snapshot` alone: no dump tree, no
 * server. A node that is restored from the file serves these keys.
 */
import {
  hashRecords,
  hyperLogLogRecords,
  listRecords,
  setRecords,
  sortedSetRecords,
  streamRecords,
  stringRecord,
} from '@ekv/redis-encoder';
import { type SnapshotRow, writeSnapshot } from '@ekv/snapshot';

const FILE = 'from-memory.fsm';
/** Milliseconds since 1970. */
const END_OF_YEAR = BigInt(Date.UTC(2026, 11, 31));

const bytes = (text: string) => Buffer.from(text);

/** A Redis key as this program has it in memory: a name, what it holds, and for some a time at which it expires. */
type Entry = readonly [name: string, records: (key: Uint8Array) => Iterable<SnapshotRow>];

const ENTRIES: readonly Entry[] = [
  ['greeting', (key) => [stringRecord(key, bytes('hello'))]],
  ['session:1', (key) => [stringRecord(key, bytes('token'), END_OF_YEAR)]],
  ['visitors', (key) => hyperLogLogRecords(key, Buffer.from('005253010a0161', 'hex'))],
  [
    'user:1',
    (key) =>
      hashRecords(key, [
        { name: bytes('name'), value: bytes('Alice') },
        { name: bytes('city'), value: bytes('Zürich') },
      ]),
  ],
  ['queue', (key) => listRecords(key, ['first', 'second', 'third'].map(bytes), END_OF_YEAR)],
  ['colours', (key) => setRecords(key, ['red', 'green', 'blue'].map(bytes))],
  [
    'ranking',
    (key) =>
      sortedSetRecords(key, [
        { member: bytes('alice'), score: 12.5 },
        { member: bytes('bob'), score: Number.NEGATIVE_INFINITY },
      ]),
  ],
  [
    'events',
    (key) =>
      streamRecords(key, [
        { ms: 1714400000000n, seq: 0n, fields: ['event', 'login', 'user', 'alice'].map(bytes) },
        { ms: 1714400000000n, seq: 1n, fields: ['event', 'logout', 'user', 'alice'].map(bytes) },
      ]),
  ],
];

/** A group of rows for each key. */
function* groups(): Generator<SnapshotRow[]> {
  for (const [name, records] of ENTRIES) {
    const rows = [...records(bytes(name))];
    console.log(`${name}: ${rows.length} rows`);
    yield rows;
  }
}

const written = await writeSnapshot(FILE, groups(), { lastCommitTs: new Date('2026-01-01'), adapters: ['redis'] });
console.log(`${FILE}: ${written.entries} entries, ${written.bytes} bytes`);
console.log(`sha256 ${written.sha256}`);
