export { CHECKSUMS_NAME, ChecksumsWriter, checksumLine, escapePath, MANIFEST_NAME } from './checksums.ts';
export type { ChecksumsFinding, ChecksumsReport } from './checksums-report.ts';
export { ChecksumsVerifier } from './checksums-verifier.ts';
export { fewNames } from './dump-entries.ts';
export { ANY_BYTES, DESCRIPTION_JSON, type FileLimit, ROW_BYTES, ROW_JSON } from './file-limits.ts';
export {
  decodeSegment,
  encodeBinarySegment,
  encodeSegment,
  encodeSegmentWithZeros,
  FilenameError,
  hashedPrefix,
  hashedSegment,
  isHashedSegment,
  SEGMENT_MAX,
} from './filename.ts';
export { type EntryBelow, filesBelow } from './files-below.ts';
export { fittedStem, NAME_MAX } from './fitted-name.ts';
export { type HiddenRun, hiddenRuns, sizeOf, type TakenRoom } from './hidden-runs.ts';
export { InputTree, type InputTreeOptions, type LargeFile, type ReadDigests, type TreeEntry } from './input-tree.ts';
export { isValidUtf8, JsonBytes } from './json-bytes.ts';
export { type ByteRange, type JsonKind, JsonReader, type JsonRules } from './json-reader.ts';
export { JsonSequence } from './json-sequence.ts';
export { Keymap } from './keymap.ts';
export { type KeymapRecord, keymapLine, readKeymapRecord } from './keymap-record.ts';
export { findLeftovers, findRuns, removeStaging } from './leftovers.ts';
export { LineReader } from './line-reader.ts';
export { LongListFile, type LongListOptions } from './long-list-file.ts';
export { isOpenToAll } from './output-target.ts';
export { MOST_PROBLEMS, Problems, TreeProblemsError } from './problems.ts';
export { repairedUtf8, validSequence } from './repaired-utf8.ts';
export { OWNER_FILE, type OwnerState, ownerLine, ownerState, type RunOwner, runOfOwner } from './run-owner.ts';
export { readSmallFile, type SmallFile } from './small-file.ts';
export { StagedTree, type StagedTreeOptions } from './staged-tree.ts';
export { refusedEntry, StrayFiles } from './stray-files.ts';
export { TreeReadError } from './tree-read-error.ts';
export type { LineSink, PieceSink, TreeSink } from './tree-sink.ts';
export { UnknownFields } from './unknown-fields.ts';
export { readWholeFile } from './whole-files.ts';
