const DIGITS = 32;

const IS_HEX = Uint8Array.from({ length: 256 }, (_, byte) => (/[0-9a-fA-F]/.test(String.fromCharCode(byte)) ? 1 : 0));

/** Whether an etag has the form of an MD5; only such etags tell a digest of their body. docs/format/05-s3.md, section 2.5. */
export function isMd5(etag: Uint8Array): boolean {
  if (etag.length !== DIGITS) return false;
  for (let i = 0; i < DIGITS; i++) if (IS_HEX[etag[i]!] === 0) return false;
  return true;
}
