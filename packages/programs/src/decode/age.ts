const UNITS: ReadonlyArray<readonly [name: string, seconds: number]> = [
  ['d', 86_400],
  ['h', 3600],
  ['m', 60],
  ['s', 1],
];

/** An age in its two largest units, such as `3d4h`, `12m5s` or `40s`; `now` for 0. */
export function age(seconds: number): string {
  if (seconds <= 0) return 'now';
  const first = UNITS.findIndex(([, unit]) => seconds >= unit);
  let rest = seconds;
  let text = '';
  for (const [name, unit] of UNITS.slice(first, first + 2)) {
    const count = Math.floor(rest / unit);
    rest -= count * unit;
    if (count > 0) text += `${count}${name}`;
  }
  return text;
}
