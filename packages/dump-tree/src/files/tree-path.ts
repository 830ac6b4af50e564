import { isUtf8 } from 'node:buffer';

/** Not for the eye, or able to break a line or to turn its order. */
const UNSEEN = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu;

/** A byte string path below `root` as the system calls want it: text while it is ASCII, bytes otherwise. */
export function nativePath(root: string, path: string): string | Buffer {
  for (let i = 0; i < path.length; i++) {
    if (path.charCodeAt(i) >= 0x80) return Buffer.concat([Buffer.from(`${root}/`), Buffer.from(path, 'latin1')]);
  }
  return path === '' ? root : `${root}/${path}`;
}

/**
 * A path with `.`, `..` and empty segments resolved as text, empty for the root itself; `undefined` when it is absolute or leaves the
 * root, even if it would come back.
 */
export function cleanedPath(path: string): string | undefined {
  if (!/(^|\/)\.{0,2}(\/|$)/.test(path)) return path;
  if (path.startsWith('/')) return undefined;
  const segments: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '' || segment === '.') continue;
    if (segment !== '..') segments.push(segment);
    else if (segments.pop() === undefined) return undefined;
  }
  return segments.join('/');
}

/** A byte string path for people, always one line: UTF-8 as text, control characters and other bytes as `\xNN`. */
export function displayPath(path: string): string {
  if (/^[ -~]*$/.test(path)) return path;
  const bytes = Buffer.from(path, 'latin1');
  if (isUtf8(bytes)) return bytes.toString().replace(UNSEEN, (character) => hexEscapes(Buffer.from(character)));
  return path.replace(/[^ -~]/g, (byte) => hexEscapes(Buffer.from(byte, 'latin1')));
}

function hexEscapes(bytes: Buffer): string {
  return bytes.toString('hex').replace(/../g, '\\x$&');
}
