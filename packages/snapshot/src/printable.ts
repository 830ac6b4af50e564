const LIMIT = 120;

/**
 * A key for messages: ASCII as it is, a backslash doubled, every other byte as `\xNN`; cut after 120 bytes with the
 * length said.
 */
export function printable(bytes: Uint8Array): string {
  let text = '';
  const end = Math.min(bytes.length, LIMIT);
  for (let i = 0; i < end; i++) {
    const byte = bytes[i]!;
    if (byte === 0x5c) text += '\\\\';
    else if (byte >= 0x20 && byte < 0x7f) text += String.fromCharCode(byte);
    else text += `\\x${byte.toString(16).padStart(2, '0')}`;
  }
  return bytes.length > LIMIT ? `${text}... (${bytes.length} bytes)` : text;
}
