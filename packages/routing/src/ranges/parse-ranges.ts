import { UsageError } from '@ekv/snapshot';
import { parseGroupId } from './group-id.ts';
import { type RouteRange, rangesProblem, sortedRanges } from './route-range.ts';

const FORM = 'the form is start:end=group,start:end=group, as the flag --shardRanges of a server has it';

/**
 * The ranges of a text such as `:m=1,m:=2`, the value of a server's flag `--shardRanges`, ascending by start. Blanks around parts
 * are cut, empty parts passed over; an empty start is the lowest key, an empty end none. docs/format/10-routing.md, section 3.
 *
 * @param name what the text is, for messages: `the option groups`.
 * @throws UsageError for text that is no ranges, and for ranges with which no server starts: overlaps, group 0, a start that is not below its end.
 */
export function parseRanges(text: string, name: string): RouteRange[] {
  const parts = text.split(',').map((part) => part.trim());
  const ranges = parts.filter((part) => part !== '').map((part) => parseRange(part, name));
  if (ranges.length === 0) throw new UsageError(`${name} has no range; ${FORM}`);
  const problem = rangesProblem(ranges);
  if (problem !== undefined) throw new UsageError(`${name}: ${problem}`);
  return sortedRanges(ranges);
}

function parseRange(part: string, name: string): RouteRange {
  const equals = part.indexOf('=');
  if (equals === -1) throw new UsageError(`${name}: ${JSON.stringify(part)} has no "=" and no group; ${FORM}`);
  const bounds = part.slice(0, equals);
  const colon = bounds.indexOf(':');
  if (colon === -1) throw new UsageError(`${name}: ${JSON.stringify(part)} has no ":" between start and end; ${FORM}`);
  const groupText = part.slice(equals + 1).trim();
  const group = parseGroupId(groupText);
  if (group === undefined)
    throw new UsageError(
      `${name}: the group ${JSON.stringify(groupText)} of ${JSON.stringify(part)} is no number; ${FORM}`,
    );
  const end = bounds.slice(colon + 1).trim();
  return {
    start: Buffer.from(bounds.slice(0, colon).trim()),
    ...(end === '' ? {} : { end: Buffer.from(end) }),
    group,
  };
}

/** The text that {@link parseRanges} reads as these ranges; nothing when a bound holds what the text cannot, a comma for one. */
export function rangesText(ranges: readonly RouteRange[]): string | undefined {
  const texts: string[] = [];
  for (const { start, end, group } of ranges) {
    const bounds = [start, end ?? Buffer.alloc(0)].map(boundText);
    if (bounds.includes(undefined)) return undefined;
    texts.push(`${bounds.join(':')}=${group}`);
  }
  return texts.join(',');
}

const TAKEN = /[,=:]/;

function boundText(bound: Uint8Array): string | undefined {
  const text = Buffer.from(bound).toString('utf8');
  const isExact = Buffer.compare(Buffer.from(text), bound) === 0 && text.trim() === text && !TAKEN.test(text);
  return isExact ? text : undefined;
}
