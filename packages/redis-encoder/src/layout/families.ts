/**
 * Key prefixes of the rows that decode reads or knows to leave out; docs/format/03-redis.md, section 2. The longest
 * match decides.
 */
export const REDIS_FAMILIES: readonly string[] = [
  '!redis|str|',
  '!redis|hll|',
  '!redis|ttl|',
  '!redis|zset|',
  '!redis|hash|',
  '!redis|set|',
  '!hs|meta|',
  '!hs|meta|d|',
  '!hs|fld|',
  '!st|meta|',
  '!st|meta|d|',
  '!st|mem|',
  '!zs|meta|',
  '!zs|meta|d|',
  '!zs|mem|',
  '!zs|scr|',
  // Count changes of lists are in here too: only the shape tells them from a list named `d|...`.
  '!lst|meta|',
  '!lst|itm|',
  '!lst|claim|',
  '!stream|meta|',
  '!stream|entry|',
];
