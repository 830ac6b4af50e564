/** How two files differ: sizes, and the first byte. @param base offset of both pieces in their files. */
export function firstDifference(wanted: Uint8Array, found: Uint8Array, base = 0): string {
  const shared = Math.min(wanted.length, found.length);
  let at = 0;
  while (at < shared && wanted[at] === found[at]) at++;
  const said =
    at === shared
      ? ''
      : `, first at byte ${base + at}: ${excerpt(wanted, at)} in the input, ${excerpt(found, at)} decoded`;
  return base === 0 ? `${sizes(wanted.length, found.length)}${said}` : said.slice(2);
}

/** The sizes of two files that differ. */
export function sizes(wanted: number, found: number): string {
  return wanted === found ? `${wanted} bytes each` : `${wanted} bytes in the input, ${found} decoded`;
}

const EXCERPT_BYTES = 24;

function excerpt(bytes: Uint8Array, at: number): string {
  return JSON.stringify(Buffer.from(bytes.subarray(at, at + EXCERPT_BYTES)).toString('latin1'));
}
