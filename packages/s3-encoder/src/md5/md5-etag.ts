import { printable } from '@ekv/snapshot';

const DIGITS = 32;

const IS_HEX = Uint8Array.from({ length: 256 }, (_, byte) => (/[0-9a-fA-F]/.test(String.fromCharCode(byte)) ? 1 : 0));

/** Whether an etag has the form of an MD5; only such etags tell a digest of their body. docs/format/05-s3.md, section 2.5. */
export function isMd5(etag: Uint8Array): boolean {
  if (etag.length !== DIGITS) return false;
  for (let i = 0; i < DIGITS; i++) if (IS_HEX[etag[i]!] === 0) return false;
  return true;
}

/** Whether an etag of the form of an MD5 is this one, in digits of either case. */
export function isEtagOf(md5: string, etag: Uint8Array): boolean {
  for (let i = 0; i < DIGITS; i++) if ((etag[i]! | 0x20) !== (md5.charCodeAt(i) | 0x20)) return false;
  return true;
}

/** @param sidecar as people see its path. */
export function mismatchOf(sidecar: string, etag: Uint8Array, md5: string): string {
  return `${sidecar} (the etag is ${printable(etag)}, the MD5 of the body is ${md5})`;
}
