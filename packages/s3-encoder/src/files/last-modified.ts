import { millisecondsOf } from '@ekv/snapshot';

/** Times of objects as text; docs/format/05-s3.md, sections 2.4 and 7.3. */

const TEXT = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:Z|([+-])(\d\d):(\d\d))$/;
const MINUTE_MS = 60_000;

/** A text as {@link lastModifiedText} writes it, up to its fraction: a digit for each 0. */
const FORM = '0000-00-00T00:00:00';
const MOST_FRACTION = 3;
const [ZERO, POINT, UTC] = [0x30, 0x2e, 0x5a];
const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

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
  const usual = usualMs(text);
  if (!Number.isNaN(usual)) return BigInt(usual);
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

/** As {@link lastModifiedMs}, for a text as {@link lastModifiedText} writes it, from 1970 on and of four digits; NaN for others. */
function usualMs(text: string): number {
  const end = text.length - 1;
  const digits = end - FORM.length - 1;
  if (text.charCodeAt(end) !== UTC || (digits !== -1 && (digits < 1 || digits > MOST_FRACTION))) return Number.NaN;
  for (let i = 0; i < FORM.length; i++) {
    const wanted = FORM.charCodeAt(i);
    const code = text.charCodeAt(i);
    if (wanted === ZERO ? code < ZERO || code > ZERO + 9 : code !== wanted) return Number.NaN;
  }
  if (digits !== -1 && text.charCodeAt(FORM.length) !== POINT) return Number.NaN;
  let fraction = 0;
  for (let i = 0, unit = 100; i < digits; i++, unit /= 10) {
    const digit = text.charCodeAt(FORM.length + 1 + i) - ZERO;
    if (digit < 0 || digit > 9) return Number.NaN;
    fraction += digit * unit;
  }
  const year = two(text, 0) * 100 + two(text, 2);
  const [month, day, hour, minute, second] = [two(text, 5), two(text, 8), two(text, 11), two(text, 14), two(text, 17)];
  // The 29th of February is for the general way.
  if (year < 1970 || !(day > 0 && day <= DAYS[month - 1]!) || hour > 23 || minute > 59 || second > 59)
    return Number.NaN;
  return Date.UTC(year, month - 1, day, hour, minute, second) + fraction;
}

function two(text: string, at: number): number {
  return (text.charCodeAt(at) - ZERO) * 10 + text.charCodeAt(at + 1) - ZERO;
}
