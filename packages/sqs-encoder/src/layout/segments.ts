/** Segments of row keys: base64 of a name, URL alphabet, no padding. docs/format/06-sqs.md, sections 1 and 1.4. */

const CARRIAGE_RETURN = 0x0d;
const LINE_FEED = 0x0a;

const IN_ALPHABET = new Uint8Array(256);
for (const byte of Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'))
  IN_ALPHABET[byte] = 1;

export function segmentOf(name: Uint8Array): string {
  return Buffer.from(name.buffer, name.byteOffset, name.length).toString('base64url');
}

/** Where the run of base64 characters that starts at `start` ends. */
export function runEnd(bytes: Buffer, start: number, end: number): number {
  let at = start;
  while (at < end && IN_ALPHABET[bytes[at]!] === 1) at++;
  return at;
}

/** Whether the text decodes: line breaks inside are tolerated, spare bits ignored, padding is not. */
export function isSegment(bytes: Buffer, start: number, end: number): boolean {
  let characters = 0;
  for (let i = start; i < end; i++) {
    const byte = bytes[i]!;
    if (IN_ALPHABET[byte] === 1) characters++;
    else if (byte !== CARRIAGE_RETURN && byte !== LINE_FEED) return false;
  }
  return characters % 4 !== 1;
}

/** The name that a segment stands for; `undefined` when it does not decode. */
export function nameOfSegment(bytes: Buffer, start: number, end: number): Buffer | undefined {
  if (!isSegment(bytes, start, end)) return undefined;
  return Buffer.from(bytes.toString('latin1', start, end).replace(/[\r\n]/g, ''), 'base64url');
}
