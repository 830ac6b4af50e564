const REPLACEMENT = [0xef, 0xbf, 0xbd];

/** A copy in which each byte that is no part of a valid UTF-8 sequence is U+FFFD. docs/format/06-sqs.md, section 3.1. */
export function repairedUtf8(bytes: Uint8Array): Buffer {
  const repaired = Buffer.allocUnsafe(bytes.length * REPLACEMENT.length);
  let used = 0;
  for (let i = 0; i < bytes.length; ) {
    const length = validSequence(bytes, i, bytes.length);
    if (length === 0) {
      repaired.set(REPLACEMENT, used);
      used += REPLACEMENT.length;
      i++;
    } else {
      for (const end = i + length; i < end; i++) repaired[used++] = bytes[i]!;
    }
  }
  return repaired.subarray(0, used);
}

/** Length of the UTF-8 sequence that starts at `at`; 0 when none does: overlong forms, surrogates, above U+10FFFF, cut. */
export function validSequence(bytes: Uint8Array, at: number, end: number): number {
  const lead = bytes[at]!;
  if (lead < 0x80) return 1;
  const length = lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
  if (length === 0 || at + length > end) return 0;
  const second = bytes[at + 1]!;
  const lowest = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
  const highest = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
  if (second < lowest || second > highest) return 0;
  for (let i = at + 2; i < at + length; i++) {
    if (bytes[i]! < 0x80 || bytes[i]! > 0xbf) return 0;
  }
  return length;
}
