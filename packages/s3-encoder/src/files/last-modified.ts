import { millisecondsOf } from '@ekv/snapshot';

/** Times of objects as text; docs/format/05-s3.md, sections 2.4 and 7.3. */

const TEXT = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:Z|([+-])(\d\d):(\d\d))$/;
const MINUTE_MS = 60_000;

/** A clock value as UTC with milliseconds, trailing zeros of the fraction left out. */
export function lastModifiedText(clockValue: bigint): string {
  const iso = new Date(Number(millisecondsOf(clockValue))).toISOString();
  // Five digits of a year come as `+010889`.
  const text = iso.replace(/^\+0/, '');
  return text.endsWith('.000Z') ? text.replace('.000Z', 'Z') : text.replace(/0*Z$/, 'Z');
}

/**
 * Milliseconds since 1970 of such a text, of any precision (cut) and zone; `undefined` for every other text and for times
 * before 1970.
 */
export function lastModifiedMs(text: string): bigint | undefined {
  const found = TEXT.exec(text);
  if (found === null) return undefined;
  const [year = 0, month = 0, day, hour = 0, minute = 0, second = 0] = found.slice(1, 7).map(Number);
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute, second);
  const isDate = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  if (!isDate || hour > 23 || minute > 59 || second > 59) return undefined;
  const zoneHours = Number(found[9] ?? 0);
  const zoneMinutes = Number(found[10] ?? 0);
  if (zoneHours > 23 || zoneMinutes > 59) return undefined;
  const zone = (zoneHours * 60 + zoneMinutes) * MINUTE_MS * (found[8] === '-' ? -1 : 1);
  const ms = date.getTime() - zone + Number((found[7] ?? '').padEnd(3, '0').slice(0, 3));
  return ms < 0 ? undefined : BigInt(ms);
}
