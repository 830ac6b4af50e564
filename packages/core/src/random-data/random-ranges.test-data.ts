import type { RouteRange } from '@ekv/routing';
import fc from 'fast-check';

/** Route keys between which rows of all adapters lie, and some amid them. */
const bound = fc.constantFrom(
  '!ddb|',
  '!ddb|route|table|b',
  '!ddb~',
  '!dist|n',
  '!hs|fld|',
  '!hs|meta|\0\0\0\x02',
  '!lst|meta|d|',
  '!s3route|',
  '!s3route|m',
  '!s3|bucket|meta|m',
  '!sqs|route|global',
  '!sqs|route|global\0',
  '!st|mem|',
  '!zs|',
  '\0',
  'a',
  'a:',
  'm',
  'm\0',
  'm\xff\xff',
  'n',
  'z',
  '\xff',
);

/** Ranges over all keys, each given to one of up to eight groups; some groups have several. */
export const ranges: fc.Arbitrary<readonly RouteRange[]> = fc
  .record({
    bounds: fc.uniqueArray(bound, { maxLength: 7 }),
    groups: fc.array(fc.integer({ min: 1, max: 8 }), { minLength: 8, maxLength: 8 }),
  })
  .map(({ bounds, groups }) => {
    const starts = ['', ...bounds.toSorted((a, b) => Buffer.compare(latin1(a), latin1(b)))];
    return starts.map((start, i) => {
      const end = starts[i + 1];
      return { start: latin1(start), end: end === undefined ? undefined : latin1(end), group: BigInt(groups[i]!) };
    });
  });

/** Ids of the groups of ranges, ascending. */
export function groupsOf(ranges: readonly RouteRange[]): bigint[] {
  return [...new Set(ranges.map(({ group }) => group))].sort((a, b) => Number(a - b));
}

/**
 * The group of a stored key by the words of docs/format/10-routing.md, sections 2 and 3, in the plainest way, to hold the quick one
 * against; nothing where any may have it. Of ranges without gaps; of rows that the adapters write.
 */
export function groupByRule(key: string, ranges: readonly RouteRange[]): bigint | undefined {
  const isChunk = key.startsWith('!s3|chunkblob|');
  const isPartitioned = /^!sqs\|msg\|[a-z]+\|p\|/.test(key);
  if (isChunk || isPartitioned) return undefined;
  const route = latin1(key.startsWith('!dist|') ? '!dist|meta|version' : routeByRule(key));
  return ranges.findLast(({ start }) => Buffer.compare(start, route) <= 0)!.group;
}

function routeByRule(key: string): string {
  const claim = /^!lst\|(?:meta\|d|claim)\|/.exec(key);
  if (claim !== null) {
    const tail = claim[0] === '!lst|claim|' ? 8 : 12;
    const length = key.length < claim[0].length + 4 ? -1 : latin1(key).readUInt32BE(claim[0].length);
    const rest = key.slice(claim[0].length + 4);
    if (length >= 0 && (rest.length === length || rest.length >= length + tail)) return rest.slice(0, length);
    if (tail === 12) return key;
  }
  const item = /^!lst\|itm\|/.exec(key);
  if (item !== null && key.length >= item[0].length + 8) return key.slice(item[0].length, -8);
  const meta = /^!lst\|meta\||^!redis\|[^|]+\|/.exec(key);
  if (meta !== null) return key.slice(meta[0].length);
  const table = /^!ddb\|(?:meta\|(?:table|gen)|item|gsi)\|([^|]+)/.exec(key);
  if (table !== null) return `!ddb|route|table|${table[1]}`;
  if (key.startsWith('!sqs|')) return '!sqs|route|global';
  const object =
    // biome-ignore lint/suspicious/noControlCharactersInRegex: a segment ends with these bytes.
    /^!s3\|(?:obj\|head|blob|chunkref|upload\|meta|upload\|part|gc\|upload)\|((?:[^\0]|\0\xff)*\0\x01[\s\S]{8}(?:[^\0]|\0\xff)*\0\x01)/.exec(
      key,
    );
  return object === null ? key : `!s3route|${object[1]}`;
}

function latin1(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}
