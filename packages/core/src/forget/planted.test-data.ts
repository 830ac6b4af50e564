import { defineTable } from '@ekv/dynamodb-encoder';
import {
  hashRecords,
  hyperLogLogRecords,
  listRecords,
  setRecords,
  sortedSetRecords,
  streamRecords,
  stringRecord,
} from '@ekv/redis-encoder';
import { bucketRecords, objectRecords } from '@ekv/s3-encoder';
import type { SnapshotRow } from '@ekv/snapshot';
import { queueRecords } from '@ekv/sqs-encoder';
import { type Entry, writeSnapshot } from '@ekv/test-support/node-file';

export const DROPPED = 'droppedword';
export const KEPT = 'keptword';

const bytes = (text: string) => Buffer.from(text, 'latin1');

export function entriesOf(rows: Iterable<SnapshotRow>, more: Partial<Entry> = {}): Entry[] {
  return Array.from(rows, ({ key, value }) => ({
    key: Buffer.from(key),
    value: Buffer.from(value as Uint8Array),
    timestamp: 900n,
    ...more,
  }));
}

/** Some units of each adapter with a word in all that can have one, in two versions and with a deletion. */
export function unitsWith(word: string): Entry[] {
  const table = defineTable({
    name: 'orders',
    hashKey: 'customer',
    rangeKey: 'number',
    attributeTypes: { customer: 'S', number: 'N', city: 'S' },
    indexes: [{ name: 'by-city', hashKey: 'city', rangeKey: 'number' }],
  });
  const item = { customer: { S: word }, number: { N: '1' }, city: { S: `${word}-city` } };
  const message = {
    id: `${word}-1`,
    body: bytes(`${word} body`),
    sendTimestampMillis: 1n,
    availableAtMillis: 1n,
    groupId: `${word}-group`,
    deduplicationId: `${word}-dedup`,
    sequenceNumber: word === DROPPED ? 1 : 2,
  };
  return [
    ...entriesOf(hashRecords(bytes(`h-${word}`), [{ name: bytes(word), value: bytes(word) }], 1n)),
    ...entriesOf(listRecords(bytes(`l-${word}`), [bytes(word)], undefined)),
    ...entriesOf([stringRecord(bytes(`s-${word}`), bytes(word), 5n)]),
    ...entriesOf([stringRecord(bytes(`s-${word}`), bytes(`${word} before`), 5n)], { timestamp: 800n }),
    { key: `!redis|str|gone-${word}`, timestamp: 900n, isDeletion: true },
    { key: `!redis|str|gone-${word}`, timestamp: 700n, value: bytes(`${word} at first`) },
    ...entriesOf(table.rows([item])),
    ...entriesOf(objectRecords('photos', `${word}/a.jpg`, bytes(`${word} body`), { userMetadata: { by: word } })),
    ...entriesOf(queueRecords({ name: 'pay.fifo', fifo: true, contentBasedDeduplication: true }, [message])),
  ];
}

/** More of them: types whose rows are made twice, names that are too long for files, and old forms. */
export function moreUnitsWith(word: string): Entry[] {
  const long = `${word}-${'x'.repeat(300)}`;
  return [
    ...entriesOf(setRecords(bytes(`m-${word}`), [bytes(word)], 7n)),
    ...entriesOf(sortedSetRecords(bytes(`z-${word}`), [{ member: bytes(word), score: 1 }], 7n)),
    ...entriesOf(streamRecords(bytes(`x-${word}`), [{ id: '1-1', fields: [[bytes(word), bytes(word)]] }], 7n)),
    ...entriesOf(hyperLogLogRecords(bytes(`p-${word}`), bytes(`HYLL${word}`), 7n)),
    ...entriesOf([stringRecord(bytes(long), bytes(word), 7n)]),
    ...entriesOf([stringRecord(bytes(`\xff${word}\0`), bytes(word), 7n)]),
    ...entriesOf(objectRecords('photos', `${long}/${long}`, bytes(`${word} body`))),
    ...entriesOf(objectRecords('photos', `${word}/deep`, bytes(`${word} of a folder`))),
    ...entriesOf(objectRecords('photos', `${word}/deep/er`, bytes(`${word} in it`))),
    { key: `!redis|hash|old-${word}`, timestamp: 900n, value: oneValueHash(word) },
    { key: `!redis|txn-wide-hash|h-${word}`, timestamp: 900n, value: bytes(word) },
  ];
}

/** A hash in the old form, whose one field and its value are the word. docs/format/03-redis.md */
function oneValueHash(word: string): Buffer {
  const text = (tag: number) => Buffer.concat([Buffer.of(tag, word.length), bytes(word)]);
  const field = Buffer.concat([text(0x0a), text(0x12)]);
  return Buffer.concat([bytes('\0RH\x01'), Buffer.of(0x0a, field.length), field]);
}

/** A snapshot of units with both words. */
export function plantWords(input: string, units: (word: string) => Entry[] = unitsWith): void {
  const rows = new Map<string, Entry>();
  const all = [...entriesOf(bucketRecords({ name: 'photos' })), ...units(DROPPED), ...units(KEPT)];
  for (const entry of all)
    rows.set(`${Buffer.from(entry.key as Uint8Array).toString('latin1')} ${entry.timestamp}`, entry);
  writeSnapshot(input, [...rows.values()], { footer: true });
}

/** How a word may stand in bytes. */
export function formsOf(word: string): Buffer[] {
  const raw = Buffer.from(word);
  const base64 = [0, 1, 2].map((before) => {
    const skipped = before === 0 ? 0 : before + 1;
    const text = Buffer.concat([Buffer.alloc(before), raw]).toString('base64url');
    // The last letters may hold bits of what follows.
    return text.slice(skipped, Math.floor(((before + raw.length) * 4) / 3));
  });
  const escaped = [...word].map((letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`).join('');
  const percent = [...raw].map((byte) => `%${byte.toString(16).padStart(2, '0').toUpperCase()}`).join('');
  const texts = [raw.toString('hex'), raw.toString('hex').toUpperCase(), escaped, percent, ...base64];
  const wide = Buffer.from(word, 'utf16le');
  return [raw, wide, Buffer.from(wide).swap16(), ...texts.map((text) => Buffer.from(text))];
}
