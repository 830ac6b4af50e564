export {
  type Adapter,
  addedByFlag,
  type BodyCheck,
  type ComparedLine,
  type ComparisonRules,
  type Completed,
  type DecodeRun,
  type DynamodbParts,
  type EncodeRun,
  type Families,
  type Guard,
  type GuardFields,
  isJsonName,
  type StateReading,
  type TreeEdits,
} from './adapter.ts';
export { Base64Room, decodedBase64, decodedBase64Url } from './base64.ts';
export { ExpiryLimit } from './expiry-limit.ts';
export { givenDecode, givenEncode } from './given-run.ts';
export {
  I64_MAX,
  I64_MIN,
  readSortable,
  readU64,
  U32_MAX,
  U64_MAX,
  writeSafeInteger,
  writeSortable,
  writeU64,
} from './integers.ts';
export {
  FORMAT_VERSION,
  failWithoutVersion,
  type JsonFieldContext,
  readFormatVersion,
  readText,
  skipUnknown,
} from './json-fields.ts';
export { escapedPart, partBytes, partEnd } from './key-parts.ts';
export { locatedRows } from './located-rows.ts';
export { checkMagic, hasMagic } from './magic.ts';
export { type AddressForm, respelled } from './owners/address.ts';
export { type PartForm, PLAIN_PART } from './owners/key-part.ts';
export { isInRange, type KeyRange, keysFrom, oneKey, sortedRanges } from './owners/key-range.ts';
export type { Owner, RowRole, UnitKind } from './owners/owner.ts';
export { RowOwner } from './owners/row-owner.ts';
export { type OwnerRules, type ReadOwner, type RowOwners, rowOwners } from './owners/row-owners.ts';
export { readAhead } from './read-ahead.ts';
export { asRowError, atRow, type RowPosition, rowError } from './row-error.ts';
export { sortedEntries } from './sorted-entries.ts';
export { SortedNames } from './sorted-names.ts';
export {
  LONGEST_STATE_LINE,
  readStateBytes,
  readStateLines,
  STATE_FOLDER,
  type StateLine,
  type StateLineForm,
} from './state-lines.ts';
export type { AdapterName, DynamodbJsonl, DynamodbLayout, Exclusions, TableParts } from './tree-facts.ts';
export { WIRE, WireReader } from './wire-reader.ts';
