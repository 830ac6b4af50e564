/*
 * How a file lies in a batch of FilesBehind: u32 length of the path, u32 length of the content, u8 whether it is done, 3 bytes unused,
 * SHA-256 as 64 hex digits when it is, f64 ordinal, path with its root, content. Numbers are little-endian.
 */
export const IS_DONE_AT = 8;
export const DIGEST_AT = 12;
export const ORDINAL_AT = 76;
export const RECORD_HEAD = 84;
