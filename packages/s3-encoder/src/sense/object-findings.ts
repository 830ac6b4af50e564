import type { FindingKind } from '@ekv/snapshot';

/** What is found in the files of objects and told once, with a count. docs/format/05-s3.md, section 7.5. */

export const ETAG_MISMATCH: FindingKind = {
  event: 's3_etag_mismatch',
  says: 'objects have an etag that is not the MD5 of their body, so clients that compare will call them corrupt',
  advice:
    'if a body was edited, take "etag" out of its sidecar and encode with the option complete, which computes it; else restore the body',
  doubt: true,
};

export const ETAG_ABSENT: FindingKind = {
  event: 's3_etag_absent',
  says: 'objects have no etag, so a server gives an empty one and clients cannot compare',
  advice: 'the option complete computes it',
};

export const LAST_MODIFIED_ABSENT: FindingKind = {
  event: 's3_last_modified_absent',
  says: 'objects have no "last_modified"',
  advice: 'a server tells 1970-01-01 of them, and clients that go by time copy them again',
};

export const LAST_MODIFIED_IN_SECONDS: FindingKind = {
  event: 's3_last_modified_in_seconds',
  says: 'objects have times of the year 1970 to 1973',
  advice:
    'the numbers look like seconds: milliseconds since 1970 are meant, and a server shows the objects as that old',
};

export const LAST_MODIFIED_UNUSABLE: FindingKind = {
  event: 's3_last_modified_unusable',
  says: 'times of objects are no UTC times from 1970 on with a year of four digits',
  advice: 'these objects get no time; correct "last_modified"',
  loss: true,
};

export const UNSERVABLE_HEADERS: FindingKind = {
  event: 's3_unservable_headers',
  says: 'objects have texts that no HTTP header can carry (control characters, blanks at an end, quotes or blanks in an etag), or more than 16 KiB of them',
  advice: 'servers change or drop them, or clients refuse the answer; correct them',
  doubt: true,
};

export const NON_ASCII_HEADERS: FindingKind = {
  event: 's3_non_ascii_headers',
  says: 'objects have texts that are not ASCII, which HTTP headers carry in no agreed way',
  advice: 'clients read them differently or not at all; write them in an encoding of ASCII, such as percent-encoding',
  doubt: true,
};

export const METADATA_NAMES: FindingKind = {
  event: 's3_unservable_metadata_names',
  says: 'objects have names of user metadata that are no names of HTTP headers, or that differ in case alone',
  advice: 'a server leaves such entries out, or keeps one of them; rename them',
  doubt: true,
};

export const BEYOND_LIMITS: FindingKind = {
  event: 's3_beyond_limits',
  says: 'objects are beyond the limits of S3: bodies above 5 TiB, or an etag that tells of no part or of more than 10000',
  advice: 'clients refuse them; divide the body, or correct the etag',
  doubt: true,
};

export const UNSERVABLE_KEYS: FindingKind = {
  event: 's3_unservable_keys',
  says: 'object keys are such that requests for them fail: longer than 1024 bytes, not UTF-8, with an empty segment before the last one, or with a segment "." or ".."',
  advice: 'the objects are in the snapshot as they are, but a client may not get at them; give them other keys',
};
