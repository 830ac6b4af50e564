const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;

const whole = new Intl.NumberFormat('en');
const oneDigit = new Intl.NumberFormat('en', { minimumFractionDigits: 1, maximumFractionDigits: 1 });

/** `1,204,224`. */
export function countText(count: number): string {
  return whole.format(count);
}

/** `1 part`, `17 parts`. */
export function counted(count: number, what: string): string {
  return `${countText(count)} ${what}${count === 1 ? '' : 's'}`;
}

/** `17 B`, `1.2 KiB`, `340.0 MiB`: one digit after the point, so that a column of them stands in line. */
export function bytesText(bytes: number): string {
  let unit = 0;
  let size = bytes;
  // What would be shown as 1,024.0 is one of the next unit.
  while (size >= (unit === 0 ? 1024 : 1023.95) && unit < UNITS.length - 1) {
    size /= 1024;
    unit++;
  }
  return `${unit === 0 ? whole.format(size) : oneDigit.format(size)} ${UNITS[unit]}`;
}

/** A part of a whole: `34.2%`; `<0.1%` is not nothing. */
export function shareText(part: number, all: number): string {
  if (part === 0 || all === 0) return '0%';
  const percent = (100 * part) / all;
  if (percent < 0.05) return '<0.1%';
  return percent > 99.95 && part < all ? '>99.9%' : `${oneDigit.format(percent)}%`;
}

export function numberText(value: number, holds: 'bytes' | 'count'): string {
  return holds === 'bytes' ? bytesText(value) : countText(value);
}
