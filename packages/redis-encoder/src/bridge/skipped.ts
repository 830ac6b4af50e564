import type { FindingKind } from '@ekv/snapshot';

/** What a source has passed over. */
export interface Skipped {
  /** HyperLogLogs: those of Redis are registers, those of elastickv are lists of elements. */
  hyperLogLog: number;
  /** Keys of types that elastickv does not have, such as those of modules. */
  module: number;
  /** Entries of streams with a name or value that is not UTF-8, which elastickv does not take. */
  binaryEntry: number;
  /** Keys that were deleted, or expired, after SCAN gave them. Nothing is lost with them. */
  vanished: number;
}

export const HYPERLOGLOG: FindingKind = {
  event: 'redis_source_hyperloglog',
  says: 'HyperLogLogs were left out, those of Redis cannot be made into ones of elastickv',
  advice: 'count the elements again with PFADD after the restore',
  loss: true,
};

export const MODULE: FindingKind = {
  event: 'redis_source_type',
  says: 'keys of types that elastickv does not have were left out',
  advice: 'carry what they hold over in another type',
  loss: true,
};

export const BINARY_ENTRY: FindingKind = {
  event: 'redis_source_binary_entry',
  says: 'entries of streams with bytes that are not UTF-8 were left out, elastickv does not take them',
  advice: 'encode such bytes, as in base64, and add the entries again',
  loss: true,
};
