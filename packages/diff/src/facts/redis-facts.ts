import { redisKeys, type StoredKey } from '@ekv/redis-encoder/read';
import type { FactReader } from './fact-reader.ts';
import type { FactSort } from './fact-sort.ts';
import { packedBytes, packedJson } from './value.ts';

const NO_NAME = Buffer.alloc(0);
/** Of what is there or not. */
const IS_THERE: Buffer = packedJson('true');

/** Keys with their types, values and expiries; the elements of collections one by one. */
export const redisFacts: FactReader = (snapshot, facts, { scratchRoot, expired }) => {
  for (const stored of redisKeys(snapshot, { scratchRoot })) {
    if (expired?.isOver(stored.expireAt)) continue;
    facts.unit({ adapter: 'redis', key: stored.key }, stored.type);
    if (stored.expireAt !== null) facts.fact('expires', NO_NAME, packedJson(String(stored.expireAt)));
    addValue(stored, facts);
  }
};

function addValue(stored: StoredKey, facts: FactSort): void {
  switch (stored.type) {
    case 'string':
    case 'hyperloglog':
      return facts.fact('value', NO_NAME, packedBytes(stored.value));
    case 'hash':
      for (const [name, value] of stored.value) facts.fact('field', name, packedBytes(value));
      return;
    case 'list':
      return addElements(stored.value, facts);
    case 'set':
      for (const member of stored.value) facts.fact('member', member, IS_THERE);
      return;
    case 'zset':
      for (const { member, score } of stored.value) facts.fact('member', member, packedJson(scoreText(score)));
      return;
    case 'stream':
      for (const { id, fields } of stored.value) facts.fact('entry', idBytes(id), packedJson(JSON.stringify(fields)));
      facts.fact('last id', NO_NAME, packedJson(JSON.stringify(stored.lastId)));
  }
}

/** They are sorted by their place. */
function addElements(elements: Iterable<Buffer>, facts: FactSort): void {
  const place = Buffer.alloc(8);
  let at = 0n;
  for (const element of elements) {
    place.writeBigUInt64BE(at++);
    facts.fact('element', place, packedBytes(element));
  }
}

/** JSON has no infinite numbers; the texts are those of servers. */
function scoreText(score: number): string {
  if (Object.is(score, -0)) return '-0';
  if (Number.isFinite(score)) return String(score);
  return score === Number.POSITIVE_INFINITY ? '"inf"' : score === Number.NEGATIVE_INFINITY ? '"-inf"' : '"nan"';
}

/** Bytes that are in the order of ids, `ms-seq`. */
function idBytes(id: string): Buffer {
  const [ms = '0', seq = '0'] = id.split('-');
  const bytes = Buffer.alloc(16);
  bytes.writeBigUInt64BE(BigInt(ms));
  bytes.writeBigUInt64BE(BigInt(seq), 8);
  return bytes;
}
