import { hash } from 'node:crypto';

/** Most bytes that a name has on the file systems in use. */
export const NAME_MAX = 255;

const DIGEST_DIGITS = 16;

/**
 * A name as the beginning of longer ones: itself while `name` and `more` bytes make a name that a file system takes,
 * otherwise its beginning, `~` and 16 hex digits of its SHA-256, so that two names never get one stem. Cut between
 * characters.
 */
export function fittedStem(name: string, more: number): string {
  const room = NAME_MAX - more;
  if (Buffer.byteLength(name) <= room) return name;
  const digest = hash('sha256', name, 'hex').slice(0, DIGEST_DIGITS);
  return `${beginning(name, room - DIGEST_DIGITS - 1)}~${digest}`;
}

/** As many whole characters as `bytes` bytes of UTF-8 hold. */
function beginning(name: string, bytes: number): string {
  let kept = '';
  let used = 0;
  for (const character of name) {
    used += Buffer.byteLength(character);
    if (used > bytes) break;
    kept += character;
  }
  return kept;
}
