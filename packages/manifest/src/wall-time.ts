const NANOSECONDS = 1_000_000_000n;
const FORM = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.\d+)?(?:Z|[+-](\d{2}):(\d{2}))$/;

export const WALL_TIME_RULE =
  'a time that exists, with its zone, such as 2026-01-02T03:04:05.5Z or 2026-01-02T03:04:05+09:00';

/**
 * A time as it is written: UTC, with up to 9 digits of a second and without trailing zeros.
 * docs/format/02-dump-tree.md, section 3.5.
 *
 * @param epochNanoseconds nanoseconds since 1970-01-01T00:00:00Z. Throws RangeError outside the years 0 to 9999.
 */
export function wallTimeIso(epochNanoseconds: bigint): string {
  const fraction = ((epochNanoseconds % NANOSECONDS) + NANOSECONDS) % NANOSECONDS;
  const seconds = Number((epochNanoseconds - fraction) / NANOSECONDS);
  const date = new Date(seconds * 1000);
  const year = date.getUTCFullYear();
  if (!(year >= 0 && year <= 9999)) throw new RangeError(`${epochNanoseconds} ns is not in the years 0 to 9999`);
  const digits = String(fraction).padStart(9, '0').replace(/0+$/, '');
  return `${date.toISOString().slice(0, 19)}${digits === '' ? '' : `.${digits}`}Z`;
}

/**
 * Whether a time can be read: any number of digits of a second, `Z` or an offset up to 23:59, a day that exists, no leap
 * second. docs/format/02-dump-tree.md, section 3.5.
 */
export function isWallTime(text: string): boolean {
  const match = FORM.exec(text);
  if (match === null) return false;
  const part = (group: number) => Number(match[group] ?? 0);
  const [year, month, day] = [part(1), part(2), part(3)];
  if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return false;
  return part(4) <= 23 && part(5) <= 59 && part(6) <= 59 && part(7) <= 23 && part(8) <= 59;
}

function daysIn(year: number, month: number): number {
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  if (month === 2) return isLeap ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}
