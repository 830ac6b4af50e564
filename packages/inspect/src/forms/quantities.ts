const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
const STEP = 1024;

/** Bytes for people: `0 B`, `1023 B`, `1.5 KiB`, `12.0 GiB`. */
export function bytesText(bytes: number): string {
  if (bytes < STEP) return `${bytes} B`;
  let value = bytes;
  let unit = 0;
  // What would be rounded to the next unit is shown in it.
  while (value >= STEP - 0.05 && unit < UNITS.length - 1) {
    value /= STEP;
    unit++;
  }
  return `${value.toFixed(1)} ${UNITS[unit]}`;
}

/** `1,234,567` */
export function countText(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ',');
}

/** `12.3%`; what is there, and less than that can show, is `<0.1%`. */
export function shareText(part: number, whole: number): string {
  if (part === 0 || whole === 0) return '0%';
  const share = (100 * part) / whole;
  return share < 0.1 ? '<0.1%' : `${share.toFixed(1)}%`;
}

/** `2026-01-31 14:00:05`, in UTC. */
export function timeText(ms: number): string {
  return new Date(ms).toISOString().replace('T', ' ').replace(/\..*$/, '');
}
