const DIGITS = /^[0-9]{1,20}$/;
const MOST = 2n ** 64n - 1n;

/** The id of a Raft group in decimal digits, 64 bits unsigned; nothing for other text. */
export function parseGroupId(text: string): bigint | undefined {
  if (!DIGITS.test(text)) return undefined;
  const id = BigInt(text);
  return id <= MOST ? id : undefined;
}
