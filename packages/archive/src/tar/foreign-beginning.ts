const KNOWN: ReadonlyArray<readonly [beginning: string, words: string]> = [
  ['EKV', 'it is a snapshot, which ekv-decode reads'],
  ['{', 'it looks like JSON'],
  ['BZh', 'it is packed with bzip2, unpack it first'],
  ['\xfd7zXZ\0', 'it is packed with xz, unpack it first'],
  ['\x04\x22\x4d\x18', 'it is packed with lz4, unpack it first'],
  ['PK', 'it is a zip file'],
];

/** What a file is that does not begin as a tar archive does, by its first bytes, for people; `undefined` when they say nothing. */
export function foreignBeginning(bytes: Buffer): string | undefined {
  const text = bytes.toString('latin1', 0, 8);
  return KNOWN.find(([beginning]) => text.startsWith(beginning))?.[1];
}
